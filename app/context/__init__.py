"""Context layers: what detection may know beside works, loaded from files and tables."""

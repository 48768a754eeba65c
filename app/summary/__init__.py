"""What is found in each neighbourhood, or in the areas of another level."""

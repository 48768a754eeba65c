/** Fetches what is in view, layer by layer, and no more than a browser draws with ease. */

import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";

export interface LayerState {
  shown: number;
  clipped: boolean;
  failed: boolean;
}

type Answer = GeoJSON.FeatureCollection & { links?: { rel: string }[] };

const LIMIT = 2000;
const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export class Follower {
  private readonly states = new Map<string, LayerState>();
  private readonly wanted: Set<string>;
  private running: AbortController | null = null;

  constructor(
    private readonly map: MapLibre,
    layers: readonly string[],
    private readonly language: string,
    private readonly tell: (states: Map<string, LayerState>) => void,
  ) {
    this.wanted = new Set(layers);
    for (const name of layers) {
      map.addSource(name, { type: "geojson", data: EMPTY });
      map.addSource(`${name}-points`, { type: "geojson", data: EMPTY });
    }
  }

  /** A layer that is switched off is not fetched. */
  setWanted(name: string, wanted: boolean): void {
    if (wanted) this.wanted.add(name);
    else this.wanted.delete(name);
    if (wanted) void this.refresh();
  }

  /** Fetches every wanted layer for the present view; an older fetch is given up. */
  async refresh(): Promise<void> {
    this.running?.abort();
    const running = (this.running = new AbortController());
    await Promise.all([...this.wanted].map((name) => this.fetchLayer(name, running.signal)));
    if (!running.signal.aborted) this.tell(this.states);
  }

  private async fetchLayer(name: string, signal: AbortSignal): Promise<void> {
    const url = new URL(`ogc/collections/${name}/items`, document.baseURI);
    url.searchParams.set("bbox", this.box());
    url.searchParams.set("limit", String(LIMIT));
    url.searchParams.set("lang", this.language);
    url.searchParams.set("f", "json");
    try {
      const response = await fetch(url, { signal });
      if (!response.ok) throw new Error(response.statusText);
      this.show(name, (await response.json()) as Answer);
    } catch (error) {
      if (!signal.aborted) this.states.set(name, { shown: 0, clipped: false, failed: true });
      else if (!(error instanceof DOMException)) throw error;
    }
  }

  private box(): string {
    const bounds = this.map.getBounds();
    const clamp = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value));
    return [
      clamp(bounds.getWest(), 180), clamp(bounds.getSouth(), 90),
      clamp(bounds.getEast(), 180), clamp(bounds.getNorth(), 90),
    ].map((value) => value.toFixed(6)).join(",");
  }

  private show(name: string, answer: Answer): void {
    this.source(name)?.setData(answer);
    this.source(`${name}-points`)?.setData({ ...EMPTY, features: answer.features.map(middle) });
    const clipped = answer.links?.some((link) => link.rel === "next") ?? false;
    this.states.set(name, { shown: answer.features.length, clipped, failed: false });
  }

  private source(name: string): GeoJSONSource | undefined {
    return this.map.getSource<GeoJSONSource>(name);
  }
}

/** The middle of the box around a feature, so that a street is seen from afar. */
function middle(feature: GeoJSON.Feature): GeoJSON.Feature {
  let west = Infinity, south = Infinity, east = -Infinity, north = -Infinity;
  const visit = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    if (typeof value[0] !== "number") return value.forEach(visit);
    const [x, y] = value as [number, number];
    west = Math.min(west, x); east = Math.max(east, x);
    south = Math.min(south, y); north = Math.max(north, y);
  };
  if (feature.geometry && "coordinates" in feature.geometry) visit(feature.geometry.coordinates);
  const coordinates = [(west + east) / 2, (south + north) / 2];
  return { ...feature, geometry: { type: "Point", coordinates } };
}

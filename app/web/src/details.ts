/** Tiles carry little; what a popup says is read from the feature itself. */

import type { MapGeoJSONFeature } from "maplibre-gl";

export interface Detail {
  layer: string;
  facts: Record<string, unknown>;
}

const MOST = 4;

/** The first few things under a place in full, and how many more there are. */
export async function details(
  features: MapGeoJSONFeature[],
  language: string,
): Promise<{ shown: Detail[]; others: number }> {
  const found = distinct(features);
  const read = await Promise.allSettled(found.slice(0, MOST).map((one) => detail(one, language)));
  const shown = read.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return { shown, others: Math.max(0, found.length - MOST) };
}

const layerOf = (feature: MapGeoJSONFeature) => (feature.sourceLayer ?? "").replace("-markers", "");

/** Each thing once: findings before works, the highest score first. */
function distinct(features: MapGeoJSONFeature[]): MapGeoJSONFeature[] {
  const found = new Map<string, MapGeoJSONFeature>();
  for (const feature of features) {
    const id = String(feature.properties["id"]);
    if (!found.has(id)) found.set(id, feature);
  }
  const rank = (f: MapGeoJSONFeature) => ["opportunities", "bottlenecks", "works"].indexOf(layerOf(f)) >> 1;
  const score = (f: MapGeoJSONFeature) => Number(f.properties["score"] ?? 0);
  return [...found.values()].sort((a, b) => rank(a) - rank(b) || score(b) - score(a));
}

async function detail(feature: MapGeoJSONFeature, language: string): Promise<Detail> {
  const layer = layerOf(feature);
  const path = `ogc/collections/${layer}/items/${String(feature.properties["id"])}`;
  const url = new URL(`${path}?f=json&lang=${language}&skipGeometry=true`, document.baseURI);
  const response = await fetch(url);
  if (!response.ok) throw new Error(response.statusText);
  const item = (await response.json()) as { properties: Record<string, unknown> };
  return { layer, facts: item.properties };
}

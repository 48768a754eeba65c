/** What a click says: title, explanation, score, days and parties; text only, never markup. */

import type { MapGeoJSONFeature } from "maplibre-gl";

export interface Texts {
  opportunities: string;
  bottlenecks: string;
  works: string;
  score: string;
  from: string;
  to: string;
  noDate: string;
  parties: string;
  others: string;
  open: string;
}

const MOST = 4;

export function popup(features: MapGeoJSONFeature[], texts: Texts): HTMLElement {
  const box = element("div", "popup");
  const one = distinct(features);
  for (const feature of one.slice(0, MOST)) box.append(entry(feature, texts));
  if (one.length > MOST)
    box.append(element("p", "soft", texts.others.replace("{n}", String(one.length - MOST))));
  return box;
}

/** Each thing once: findings before works, the highest score first. */
function distinct(features: MapGeoJSONFeature[]): MapGeoJSONFeature[] {
  const found = new Map<string, MapGeoJSONFeature>();
  for (const feature of features) {
    const id = String(feature.properties["id"]);
    if (!found.has(id)) found.set(id, feature);
  }
  const rank = (f: MapGeoJSONFeature) => (f.source.startsWith("works") ? 1 : 0);
  const score = (f: MapGeoJSONFeature) => Number(f.properties["score"] ?? 0);
  return [...found.values()].sort((a, b) => rank(a) - rank(b) || score(b) - score(a));
}

function entry(feature: MapGeoJSONFeature, texts: Texts): HTMLElement {
  const source = feature.source.replace("-points", "");
  const facts = feature.properties as Record<string, unknown>;
  const box = element("section", source);
  const kind = texts[source as "works"];
  const rule = facts["rule"] ? ` ${String(facts["rule"])}` : "";
  box.append(element("p", "kind", kind + rule));
  box.append(element("h3", "", String(facts["title"] ?? "")));
  if (facts["explanation"]) box.append(element("p", "", String(facts["explanation"])));
  if (typeof facts["score"] === "number") box.append(score(facts["score"], texts));
  box.append(element("p", "soft", days(facts, texts)));
  const parties = facts["organisations"] ?? facts["organisation"];
  if (parties) box.append(element("p", "soft", `${texts.parties}: ${String(parties)}`));
  const link = document.createElement("a");
  link.href = `ogc/collections/${source}/items/${String(facts["id"])}?f=html`;
  link.textContent = texts.open;
  box.append(link);
  return box;
}

function score(value: number, texts: Texts): HTMLElement {
  const box = element("p", "score", `${texts.score} ${value.toFixed(0)} / 100`);
  const bar = element("span", "bar");
  bar.style.setProperty("--part", `${Math.max(0, Math.min(100, value))}%`);
  box.append(bar);
  return box;
}

function days(facts: Record<string, unknown>, texts: Texts): string {
  if (!facts["start"] && !facts["end"]) return texts.noDate;
  return `${texts.from} ${String(facts["start"] ?? "…")} ${texts.to} ${String(facts["end"] ?? "…")}`;
}

function element(name: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** What a click says: title, explanation, score, days and parties; text only, never markup. */

import type { Detail } from "./details";

export interface Texts {
  opportunities: string;
  bottlenecks: string;
  works: string;
  constraints: string;
  score: string;
  from: string;
  to: string;
  noDate: string;
  parties: string;
  others: string;
  open: string;
}

export function popup(shown: Detail[], others: number, texts: Texts): HTMLElement {
  const box = element("div", "popup");
  for (const one of shown) box.append(entry(one, texts));
  if (others) box.append(element("p", "soft", texts.others.replace("{n}", String(others))));
  return box;
}

function entry({ layer, facts }: Detail, texts: Texts): HTMLElement {
  const box = element("section", layer);
  const kind = texts[layer as "works"];
  const rule = facts["rule"] ? ` ${String(facts["rule"])}` : "";
  box.append(element("p", "kind", kind + rule));
  box.append(element("h3", "", String(facts["title"] ?? "")));
  if (facts["explanation"]) box.append(element("p", "", String(facts["explanation"])));
  if (typeof facts["score"] === "number") box.append(score(facts["score"], texts));
  box.append(element("p", "soft", days(facts, texts)));
  const parties = facts["organisations"] ?? facts["organisation"];
  if (parties) box.append(element("p", "soft", `${texts.parties}: ${String(parties)}`));
  const link = document.createElement("a");
  link.href = `ogc/collections/${layer}/items/${String(facts["id"])}?f=html`;
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

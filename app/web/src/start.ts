/** The map of the start page: areas, works, opportunities and bottlenecks of the place in view. */

import maplibregl, { type LngLatBoundsLike, type MapLayerMouseEvent } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import "./start.css";
import { addIcons, COLOURS } from "./icons";
import { Follower, type LayerState } from "./follow";
import { popup, type Texts } from "./popup";

interface Page {
  bounds: [number, number, number, number] | null;
  language: "nl" | "en";
  texts: Texts & { more: string; failed: string; zoom: string };
}

const page = JSON.parse(document.getElementById("page")!.textContent!) as Page;
const map = new maplibregl.Map({
  container: "map",
  style: {
    version: 8,
    sources: {},
    layers: [{ id: "ground", type: "background", paint: { "background-color": "#eef1f3" } }],
  },
  bounds: (page.bounds ?? [3.3, 50.75, 7.2, 53.55]) as LngLatBoundsLike,
  fitBoundsOptions: { padding: 40, maxZoom: 16 },
  attributionControl: false,
  dragRotate: false,
  pitchWithRotate: false,
  touchPitch: false,
  locale:
    page.language === "nl"
      ? { "NavigationControl.ZoomIn": "Inzoomen", "NavigationControl.ZoomOut": "Uitzoomen", "Map.Title": "Kaart" }
      : {},
});
map.touchZoomRotate.disableRotation();
map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
map.addControl(new maplibregl.ScaleControl({}), "bottom-right");

const LAYERS = ["areas", "works", "bottlenecks", "opportunities"] as const;
const FINDINGS = ["bottlenecks", "opportunities"] as const;
const note = document.getElementById("note")!;

map.on("load", () => {
  addIcons(map);
  const follower = new Follower(map, LAYERS, page.language, tell);
  addAreas();
  addWorks();
  for (const kind of FINDINGS) addPlaces(kind);
  for (const kind of FINDINGS) addSigns(kind); // above every place
  for (const name of LAYERS) connectSwitch(name, follower);
  map.on("moveend", () => void follower.refresh());
  void follower.refresh();
});

function addAreas(): void {
  map.addLayer({
    id: "areas-line", type: "line", source: "areas",
    paint: { "line-color": "#7b8794", "line-width": 1.2, "line-dasharray": [3, 2] },
  });
}

function addWorks(): void {
  map.addLayer({
    id: "works-fill", type: "fill", source: "works",
    paint: { "fill-color": COLOURS.works, "fill-opacity": 0.28 },
  });
  map.addLayer({
    id: "works-line", type: "line", source: "works",
    paint: { "line-color": COLOURS.works, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 2, 16, 1] },
  });
}

function addPlaces(kind: (typeof FINDINGS)[number]): void {
  map.addLayer({
    id: `${kind}-fill`, type: "fill", source: kind,
    paint: { "fill-color": COLOURS[kind], "fill-opacity": 0.35 },
  });
  map.addLayer({
    id: `${kind}-line`, type: "line", source: kind,
    paint: {
      "line-color": COLOURS[kind],
      "line-width": 2,
      ...(kind === "bottlenecks" ? { "line-dasharray": [2, 1.2] } : {}),
    },
  });
}

function addSigns(kind: (typeof FINDINGS)[number]): void {
  map.addLayer({
    id: `${kind}-icon`, type: "symbol", source: `${kind}-points`,
    layout: {
      "icon-image": kind,
      "icon-size": ["interpolate", ["linear"], ["get", "score"], 0, 0.55, 100, 1],
      "icon-allow-overlap": true,
      "icon-offset": kind === "bottlenecks" ? [11, 0] : [-11, 0],
      "symbol-sort-key": ["get", "score"],
    },
  });
}

/** A switch in the legend shows and hides every map layer of one kind. */
function connectSwitch(name: string, follower: Follower): void {
  const box = document.querySelector<HTMLInputElement>(`input[data-layer="${name}"]`);
  box?.addEventListener("change", () => {
    for (const { id } of map.getStyle().layers)
      if (id.startsWith(`${name}-`)) map.setLayoutProperty(id, "visibility", box.checked ? "visible" : "none");
    follower.setWanted(name, box.checked);
  });
}

/** Says beside the legend how much of each layer is in view, and what is left out. */
function tell(states: Map<string, LayerState>): void {
  let clipped = false;
  let failed = false;
  for (const [name, state] of states) {
    const place = document.querySelector(`[data-count="${name}"]`);
    if (place) place.textContent = state.failed ? "–" : `${state.shown}${state.clipped ? "+" : ""}`;
    clipped ||= state.clipped;
    failed ||= state.failed;
  }
  note.textContent = failed ? page.texts.failed : clipped ? page.texts.more : "";
  note.hidden = !note.textContent;
  document.body.dataset["loaded"] = "true";
}

const CLICKABLE = ["opportunities-icon", "bottlenecks-icon", "opportunities-fill", "bottlenecks-fill", "works-fill", "works-line"];

map.on("click", (event: MapLayerMouseEvent) => {
  const near = 6;
  const box: [maplibregl.PointLike, maplibregl.PointLike] = [
    [event.point.x - near, event.point.y - near],
    [event.point.x + near, event.point.y + near],
  ];
  const layers = CLICKABLE.filter((id) => map.getLayer(id));
  const found = map.queryRenderedFeatures(box, { layers });
  if (!found.length) return;
  new maplibregl.Popup({ maxWidth: "360px", focusAfterOpen: false })
    .setLngLat(event.lngLat)
    .setDOMContent(popup(found, page.texts))
    .addTo(map);
});
map.on("mousemove", (event) => {
  const layers = CLICKABLE.filter((id) => map.getLayer(id));
  const hit = layers.length > 0 && map.queryRenderedFeatures(event.point, { layers }).length > 0;
  map.getCanvas().style.cursor = hit ? "pointer" : "";
});

// For tests and the curious.
(window as unknown as { kansenkaart: maplibregl.Map }).kansenkaart = map;

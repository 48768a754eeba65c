/** The map of the start page: vector tiles of every layer, drawn with the style of the service. */

import maplibregl, { type LngLatBoundsLike, type MapGeoJSONFeature, type MapLayerMouseEvent } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import "./start.css";
import { details } from "./details";
import { popup, type Texts } from "./popup";

interface Page {
  bounds: [number, number, number, number] | null;
  language: "nl" | "en";
  texts: Texts & { failed: string };
}

const page = JSON.parse(document.getElementById("page")!.textContent!) as Page;
const map = new maplibregl.Map({
  container: "map",
  style: new URL(`ogc/styles/kansenkaart?f=mapbox&lang=${page.language}`, document.baseURI).href,
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

const note = document.getElementById("note")!;

map.on("load", () => {
  for (const box of document.querySelectorAll<HTMLInputElement>("input[data-layer]")) connectSwitch(box);
});
map.once("idle", () => {
  document.body.dataset["loaded"] = "true";
});
map.on("error", () => say(page.texts.failed));
map.on("movestart", () => say(""));

function say(text: string): void {
  note.textContent = text;
  note.hidden = !text;
}

/** A switch in the legend shows and hides every map layer of one kind. */
function connectSwitch(box: HTMLInputElement): void {
  const apply = () => {
    for (const { id } of map.getStyle().layers)
      if (id.startsWith(`${box.dataset["layer"]}-`))
        map.setLayoutProperty(id, "visibility", box.checked ? "visible" : "none");
  };
  box.addEventListener("change", apply);
  if (!box.checked) apply();
}

/** What lies under a place, within six pixels; areas and the ground are not asked. */
function under(point: maplibregl.Point): MapGeoJSONFeature[] {
  if (!map.isStyleLoaded() && !map.getLayer("works-fill")) return [];
  const near = 6;
  const layers = map.getStyle().layers.map(({ id }) => id).filter((id) => !/^(ground|areas-)/.test(id));
  return map.queryRenderedFeatures(
    [[point.x - near, point.y - near], [point.x + near, point.y + near]],
    { layers },
  );
}

map.on("click", async (event: MapLayerMouseEvent) => {
  const found = under(event.point);
  const single = found.filter((feature) => feature.properties["id"]);
  if (!single.length) {
    if (found.length) map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2 });
    return;
  }
  const { shown, others } = await details(single, page.language);
  if (!shown.length) return say(page.texts.failed);
  new maplibregl.Popup({ maxWidth: "360px", focusAfterOpen: false })
    .setLngLat(event.lngLat)
    .setDOMContent(popup(shown, others, page.texts))
    .addTo(map);
});
map.on("mousemove", (event) => {
  map.getCanvas().style.cursor = under(event.point).length ? "pointer" : "";
});

// For tests and the curious.
(window as unknown as { kansenkaart: maplibregl.Map }).kansenkaart = map;

/** Signs that differ in shape and in colour, so that nobody needs to see the colour. */

import type { Map as MapLibre } from "maplibre-gl";

/** Blue and vermillion of Okabe and Ito (2008) stay apart for all kinds of colour vision. */
export const COLOURS = { opportunities: "#0072b2", bottlenecks: "#d55e00", works: "#4a5560" } as const;

const SIZE = 48;

export function addIcons(map: MapLibre): void {
  map.addImage("opportunities", draw(COLOURS.opportunities, circle), { pixelRatio: 2 });
  map.addImage("bottlenecks", draw(COLOURS.bottlenecks, triangle), { pixelRatio: 2 });
}

function draw(colour: string, shape: (pen: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d")!;
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  pen.strokeStyle = "#ffffff";
  pen.fillStyle = colour;
  pen.beginPath();
  shape(pen);
  pen.fill();
  pen.stroke();
  return pen.getImageData(0, 0, SIZE, SIZE);
}

function circle(pen: CanvasRenderingContext2D): void {
  pen.arc(SIZE / 2, SIZE / 2, SIZE * 0.38, 0, 2 * Math.PI);
}

function triangle(pen: CanvasRenderingContext2D): void {
  pen.moveTo(SIZE / 2, SIZE * 0.1);
  pen.lineTo(SIZE * 0.92, SIZE * 0.86);
  pen.lineTo(SIZE * 0.08, SIZE * 0.86);
  pen.closePath();
}

/** Things that stand still on the map, as GeoJSON and as little pictures. */

interface Standing {
  lon: number;
  lat: number;
}

export function points<T extends Standing>(
  things: T[],
  properties: (thing: T) => Record<string, string | boolean>,
): GeoJSON.FeatureCollection {
  return {
    type: "FeatureCollection",
    features: things.map((thing) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [thing.lon, thing.lat] },
      properties: properties(thing),
    })),
  };
}

export const NOTHING: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

/** A sign of 16 × 16 units drawn at twice its size: a shape, and perhaps a line on it. */
export function signImage(shape: string, colour: string, edge: string, line?: string): ImageData {
  const size = 36;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d")!;
  context.translate(2, 2);
  context.scale(2, 2);
  context.lineJoin = context.lineCap = "round";
  const path = new Path2D(shape);
  context.strokeStyle = edge;
  context.lineWidth = 2;
  context.stroke(path);
  context.fillStyle = line ? edge : colour;
  context.fill(path);
  context.strokeStyle = colour;
  context.lineWidth = line ? 1.5 : 0.5;
  context.stroke(path);
  if (line) context.stroke(new Path2D(line));
  return context.getImageData(0, 0, size, size);
}

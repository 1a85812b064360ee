/** Where something is. */

/** Fields with their default value are left out on the wire. */
export interface Place {
  lon: number;
  lat: number;
  kind: "address" | "alley" | "street" | "intersection" | "poi" | "ward" | "point";
  label: string;
  label_en?: string | null;
  radius_m?: number;
  confidence?: number;
  new_ward?: string | null;
  old_ward?: string | null;
  old_district?: string | null;
  understood?: Record<string, string>;
  settled?: boolean;
}

/** A road as it was told, in one way; with `name`, the point lies near the street. */
export interface Road {
  way_ids?: number[];
  line?: [number, number][];
  area?: [number, number][];
  name?: string | null;
  lon?: number | null;
  lat?: number | null;
  heading_deg?: number | null;
}

import type { Map as GlMap } from "maplibre-gl";
import type { State } from "./api/types";
import type { Positions } from "./store/positions";

declare global {
  interface Window {
    /** For browser tests: what this console knows. */
    __saigon115?: { readonly state: State; readonly positions: Positions; readonly map: GlMap | null };
  }
}

/** The caller's phone: where it says it is, and the link that asks it. */

import { request } from "./http";
import type { CallLocation, MadeLink } from "./types";

const call = (id: string) => `/api/v1/calls/${encodeURIComponent(id)}`;

export const getLocation = (id: string) => request<CallLocation>("GET", `${call(id)}/location`);
export const makeLink = (id: string) => request<MadeLink>("POST", `${call(id)}/location-link`);

/**
 * What the server says, by hand: mirrors of dispatch/domain (words, state, events) and of the HTTP surface.
 * Times are RFC 3339 UTC strings, durations seconds, distances metres, angles degrees.
 */

export type * from "./alarms";
export type * from "./calls";
export type * from "./crews";
export type * from "./city";
export type * from "./destinations";
export type * from "./feed";
export type * from "./hospitals";
export type * from "./incidents";
export type * from "./location";
export type * from "./major";
export type * from "./moves";
export type * from "./offers";
export type * from "./outcomes";
export type * from "./patients";
export type * from "./places";
export type * from "./policy";
export type * from "./protocol";
export type * from "./recommendation";
export type * from "./roads";
export type * from "./runs";
export type * from "./session";
export type * from "./state";
export type * from "./units";
export type * from "./words";

/** The city, as registered at first start. */

import { get, type Room } from "./table";

export const city: Room<"StationRegistered" | "HospitalRegistered" | "UnitRegistered"> = {
  StationRegistered(state, event, recorded) {
    state.stations[event.station_id] = {
      id: event.station_id,
      name: event.name,
      name_en: event.name_en,
      kind: event.kind,
      can_refuse: event.can_refuse,
      lon: event.lon,
      lat: event.lat,
      phone: event.phone ?? null,
      offered: 0,
      accepted: 0,
      refused: 0,
      silent: 0,
      withdrawn: 0,
      refused_by: {},
      answers: 0,
      answer_s: 0,
      today: null,
      version: recorded.version,
    };
  },

  HospitalRegistered(state, event, recorded) {
    state.hospitals[event.hospital_id] = {
      id: event.hospital_id,
      name: event.name,
      name_en: event.name_en,
      lon: event.lon,
      lat: event.lat,
      emergency: event.emergency,
      capabilities: event.capabilities ?? [],
      status: "open",
      diversion: [],
      capacity: {},
      reservations: {},
      revised_at: null,
      version: recorded.version,
    };
  },

  UnitRegistered(state, event, recorded) {
    get(state.stations, "station", event.station_id);
    state.units[event.unit_id] = {
      id: event.unit_id,
      station_id: event.station_id,
      kind: event.kind,
      skills: event.skills,
      status: event.staffed ? "available" : "off_duty",
      status_at: recorded.at,
      vehicle_id: event.unit_id,
      crew_id: null,
      shift_until: null,
      external: event.external ?? false,
      out_of_service_reason: null,
      incident_id: null,
      offer_id: null,
      hospital_id: null,
      before_offer: null,
      diversion_offer_id: null,
      post_id: null,
      asked_post_id: null,
      moved_at: [],
      safe_at: null,
      version: recorded.version,
    };
    state.vehicles[event.unit_id] = {
      id: event.unit_id,
      station_id: event.station_id,
      kind: event.kind,
      unit_id: event.unit_id,
      supplies: {},
      stocked_at: null,
      version: 0,
    };
  },
};

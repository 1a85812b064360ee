/** The fields of each event, as in dispatch/domain/events/. Fields with a default may be left out. */

import type {
  AlarmKind,
  CallBackEnd,
  CallBackReason,
  CallBackResult,
  CallMark,
  Channel,
  ClosureKind,
  Colour,
  HospitalResource,
  HospitalStatus,
  Incident,
  Level,
  MessageSide,
  Need,
  OfferAnswer,
  OutOfServiceReason,
  Outcome,
  OutcomeDetails,
  OverruleReason,
  PatientStep,
  PhoneFix,
  Place,
  Recognised,
  RefusalCode,
  ReleaseCause,
  ReopenCause,
  ReservationEnd,
  Road,
  RoadDirection,
  RunKind,
  SceneAuthority,
  SilentStep,
  Skill,
  Stamp,
  StationKind,
  Tier,
  UnitKind,
  UnitReport,
} from "../api/types";

type Maybe<T> = T | null | undefined;

interface OnOffer {
  offer_id: string;
  incident_id: string;
  station_id: string;
}

interface OnAlarm {
  alarm_id: string;
  incident_id?: string | null;
}

interface OnUnit {
  unit_id: string;
  incident_id: string;
}

export interface Events {
  StationRegistered: {
    station_id: string;
    name: string;
    name_en: string;
    kind: StationKind;
    can_refuse: boolean;
    lon: number;
    lat: number;
    phone?: string | null;
  };
  HospitalRegistered: {
    hospital_id: string;
    name: string;
    name_en: string;
    lon: number;
    lat: number;
    emergency: boolean;
    capabilities?: string[];
  };
  HospitalRevised: {
    hospital_id: string;
    status?: Maybe<HospitalStatus>;
    diversion?: Maybe<string[]>;
    capacity?: Maybe<Partial<Record<HospitalResource, number>>>;
  };
  BedReserved: {
    hospital_id: string;
    reservation_id: string;
    incident_id: string;
    resource: HospitalResource;
    until: string;
    patient_id?: Maybe<string>;
  };
  ReservationEnded: {
    hospital_id: string;
    reservation_id: string;
    incident_id: string;
    because: ReservationEnd;
  };
  DestinationSet: OnUnit & {
    hospital_id: string;
    overruled?: boolean;
    reason?: Maybe<OverruleReason>;
    note?: Maybe<string>;
  };
  HandoverConfirmed: OnUnit & { offer_id: string; hospital_id: string };
  UnitRegistered: {
    unit_id: string;
    station_id: string;
    kind: UnitKind;
    skills: Skill[];
    staffed: boolean;
    external?: boolean;
  };
  CallRang: { call_id: string; rang_at: string; caller_token?: Maybe<string>; seat?: Maybe<string> };
  CallAbandoned: { call_id: string; due_at?: Maybe<string> };
  CallPickedUp: {
    call_id: string;
    answered_at: string;
    seat?: Maybe<string>;
    answered_by?: Maybe<string>;
  };
  CallMoved: { call_id: string; seat: string };
  CallEnded: { call_id: string; ended_at: string };
  CallTimed: {
    call_id: string;
    rang_at?: Maybe<string>;
    answered_at?: Maybe<string>;
    answered_by?: Maybe<string>;
    over_at?: Maybe<string>;
  };
  CallRecorded: { call_id: string; recording_token: string };
  CallReceived: {
    call_id: string;
    answered_at: string;
    complaint?: Maybe<string>;
    caller_token?: Maybe<string>;
    words_token?: Maybe<string>;
    answers_token?: Maybe<string>;
    place?: Maybe<Place>;
    places?: Place[];
    duplicates?: string[];
  };
  CallTriaged: {
    call_id: string;
    package_hash: string;
    level: Level;
    chapter?: Maybe<string>;
    criteria?: string[];
    flags?: string[];
    recognised?: Maybe<Recognised>;
    complaint?: Maybe<string>;
    answers_token?: Maybe<string>;
  };
  InstructionGiven: { call_id: string; instruction: string; step: string; marks?: Maybe<CallMark> };
  PhoneLocated: { call_id: string; fix: PhoneFix };
  LocationLinkMade: { call_id: string; expires_at: string };
  ProtocolAdopted: {
    package_id: string;
    package_version: string;
    package_hash: string;
    approved_by?: Maybe<string>;
    effective?: Maybe<string>;
  };
  CallJoined: { call_id: string; incident_id: string };
  CallUnjoined: { call_id: string; incident_id: string; because?: ReopenCause | null };
  CallRevised: {
    call_id: string;
    language?: Maybe<string>;
    needs_interpreter?: Maybe<boolean>;
    needs_text?: Maybe<boolean>;
    place?: Maybe<Place>;
    read_back?: boolean;
    words_token?: Maybe<string>;
    caller_token?: Maybe<string>;
  };
  SilentStepTaken: { call_id: string; step: SilentStep };
  CallMessaged: { call_id: string; by: MessageSide; token: string };
  CallClosed: { call_id: string; outcome: Outcome };
  CallReopened: { call_id: string; because?: ReopenCause };
  CallBackAsked: { call_id: string; reason: CallBackReason; due_at: string };
  CallBackTaken: { call_id: string };
  CallBackTried: { call_id: string; result: CallBackResult; due_at?: Maybe<string> };
  CallBackEnded: { call_id: string; because: CallBackEnd };
  IncidentOpened: {
    incident_id: string;
    number: string;
    answered_at: string;
    priority: Level;
    complaint: string;
    call_id?: Maybe<string>;
    place?: Maybe<Place>;
    needs?: Need[];
    level_by?: "person" | "protocol";
    kind?: RunKind;
    from_at?: Maybe<string>;
    until_at?: Maybe<string>;
    hospital_id?: Maybe<string>;
  };
  IncidentRevised: {
    incident_id: string;
    priority?: Maybe<Level>;
    complaint?: Maybe<string>;
    place?: Maybe<Place>;
    needs?: Maybe<Need[]>;
    reason?: Maybe<string>;
    level_by?: Incident["level_by"];
  };
  IncidentJoined: { incident_id: string; call_id: string };
  IncidentClosed: {
    incident_id: string;
    outcome: Outcome;
    duplicate_of?: Maybe<string>;
    details?: Maybe<OutcomeDetails>;
  };
  IncidentReopened: { incident_id: string };
  AlarmRaised: OnAlarm & {
    kind: AlarmKind;
    about: string;
    since: string;
    threshold_s: number;
    value?: number | null;
  };
  AlarmEscalated: OnAlarm & { step: number };
  AlarmAcknowledged: OnAlarm;
  AlarmCleared: OnAlarm;
  CrewSaidSafe: { unit_id: string; incident_id?: string | null; on_behalf_of?: string | null };
  OfferMade: OnOffer & {
    unit_id: string;
    channel: Channel;
    expires_at: string;
    tier?: Tier;
    diverts_from?: Maybe<string>;
    signed?: boolean;
    overruled?: boolean;
    reason?: Maybe<string>;
    note?: Maybe<string>;
  };
  OfferAccepted: OnOffer & { unit_id: string };
  OfferRefused: OnOffer & { code: RefusalCode };
  OfferExpired: OnOffer;
  OfferWithdrawn: OnOffer & { because: string; bars?: boolean };
  OfferAcknowledged: OnOffer;
  OfferSigned: { offer_id: string; incident_id: string };
  UnitAllowedAgain: OnUnit;
  DiversionAsked: OnUnit & { offer_id: string };
  DiversionDropped: OnUnit & { offer_id: string; because: ReleaseCause };
  UnitDiverted: OnUnit & { offer_id: string; from_incident_id: string };
  RunEnded: OnUnit & {
    outcome: Outcome;
    hospital_id?: Maybe<string>;
    cause?: Maybe<ReleaseCause>;
    reason?: Maybe<string>;
    details?: Maybe<OutcomeDetails>;
  };
  OutcomeDetailsTold: {
    outcome_id: string;
    incident_id: string;
    details: OutcomeDetails;
    unit_id?: Maybe<string>;
  };
  UnitOffered: OnUnit & { offer_id: string };
  UnitAssigned: OnUnit & { offer_id: string };
  UnitReleased: OnUnit & { because: string };
  UnitReported: {
    unit_id: string;
    report: UnitReport;
    hospital_id?: Maybe<string>;
    source?: string;
    reason?: Maybe<OutOfServiceReason>;
  };
  RunStamped: { incident_id: string; offer_id: string; stamp: Stamp; source?: string };
  StampCorrected: {
    incident_id: string;
    offer_id: string;
    stamp: Stamp;
    to: string;
    source: string;
    reason: string;
  };
  CrewSignedOn: {
    crew_id: string;
    unit_id: string;
    vehicle_id: string;
    skills: Skill[];
    from_at: string;
    until_at: string;
  };
  CrewSignedOff: { crew_id: string; unit_id: string };
  VehicleChanged: { crew_id: string; unit_id: string; vehicle_id: string };
  VehicleStocked: { vehicle_id: string; counts: Record<string, number> };
  SuppliesUsed: { vehicle_id: string; counts: Record<string, number> };
  MajorDeclared: { incident_id: string; expected: number; reason?: Maybe<string> };
  MajorCommandTaken: { incident_id: string; unit_id: string };
  MajorStagingSet: { incident_id: string; place?: Maybe<Place> };
  MajorCounted: { incident_id: string; counts: Partial<Record<Colour, number>> };
  MajorQuotaSet: { incident_id: string; hospital_id: string; quota: Partial<Record<Colour, number>> };
  MajorStoodDown: { incident_id: string; reason?: Maybe<string> };
  SceneSafetyTold: { incident_id: string; unsafe: boolean; by: SceneAuthority };
  PatientFound: {
    patient_id: string;
    incident_id: string;
    number: number;
    colour?: Maybe<Colour>;
    unit_id?: Maybe<string>;
    personal_token?: Maybe<string>;
  };
  PatientSorted: { patient_id: string; incident_id: string; colour: Colour };
  PatientStepped: {
    patient_id: string;
    incident_id: string;
    step: PatientStep;
    unit_id?: Maybe<string>;
    hospital_id?: Maybe<string>;
    outcome?: Maybe<Outcome>;
  };
  MoveUpAsked: { unit_id: string; station_id: string; overruled?: boolean; reason?: Maybe<string> };
  MoveUpStarted: { unit_id: string; station_id: string };
  MoveUpDropped: { unit_id: string; station_id: string; because: string };
  StationOffered: OnOffer;
  StationAnswered: OnOffer & { answer: OfferAnswer };
  RoadClosed: {
    id: string;
    kind: ClosureKind;
    road: Road;
    direction: RoadDirection;
    from_at: string;
    reason: string;
    depth_cm?: Maybe<number>;
    speed_kph?: Maybe<number>;
    until_at?: Maybe<string>;
    names?: string[];
    way_ids?: number[];
    length_m?: number;
    lines?: [number, number][][];
  };
  RoadReopened: { id: string; reason: string };
  PolicyRevised: { sections: Record<string, Record<string, unknown>>; reason: string; approved_by: string };
  AutoDispatchHeld: { held: boolean };
  SurgeSet: { on: boolean; reason?: Maybe<string> };
  SeatTaken: { seat_id: string; user: string };
  SeatLeft: { seat_id: string };
}

export type Name = keyof Events;
export type Of<T extends Name> = Events[T];

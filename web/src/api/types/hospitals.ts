/** Hospitals. */

export interface Hospital {
  id: string;
  name: string;
  name_en: string;
  lon: number;
  lat: number;
  emergency: boolean;
  capabilities: string[];
  diversion: string[];
  version: number;
}

/** Who works here. */

export interface Session {
  actor: string;
  roles: string[];
  scope?: string;
  demo?: boolean;
}

/** Who is logged in at this desk, and what the city and the complaints are called. */

import { getCity, getSession, listComplaints, logIn, logOut } from "./commands";
import { Problem, whenUnauthenticated } from "./http";
import type { City, Complaint, Session } from "./types";

/** A server that could not be reached is asked again this often, without anybody's hand. */
const AGAIN_MS = 5_000;

class SessionStore {
  state = $state<"checking" | "out" | "in" | "unreachable">("checking");
  hasEnded = $state(false);
  who = $state<Session | null>(null);
  city = $state<City | null>(null);
  complaints = $state<Complaint[]>([]);

  async check(): Promise<void> {
    whenUnauthenticated(() => this.end());
    try {
      await this.enter(await getSession());
    } catch (error) {
      this.state = error instanceof Problem ? "out" : "unreachable";
    }
  }

  /** Check now, and again until the server can be reached; returns what ends that. */
  keepChecking(): () => void {
    void this.check();
    const timer = setInterval(() => {
      if (this.state === "unreachable") void this.check();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }

  /** Is the session still good? A server that cannot be reached says nothing about it. */
  async recheck(): Promise<void> {
    try {
      await getSession();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.end();
    }
  }

  async logIn(username: string, password: string): Promise<void> {
    await logIn(username, password);
    await this.enter(await getSession());
  }

  async logOut(): Promise<void> {
    await logOut().catch(() => undefined);
    this.who = null;
    this.state = "out";
  }

  /** The session ran out while the desk was open. */
  end(): void {
    if (this.state !== "in") return;
    this.hasEnded = true;
    this.state = "out";
  }

  private async enter(who: Session): Promise<void> {
    this.who = who;
    this.hasEnded = false;
    this.state = "in";
    const [city, complaints] = await Promise.all([
      getCity().catch(() => null),
      listComplaints().catch(() => []),
    ]);
    this.city = city;
    this.complaints = complaints;
  }
}

export const session = new SessionStore();

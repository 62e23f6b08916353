import { setTimeout as sleep } from 'node:timers/promises';
import { type Outcome, send } from './http.ts';
import type { NewSession } from '../support/sessions.ts';
import { BOTH, type Pair, type RevocableKey, type Which, type World } from './world.ts';
import { patience } from '../support/patience.ts';
import { PROBE_PAUSE } from './form.ts';

/** A route that reads from PostgreSQL after the check of the session. */
const PROBED = '/api/v1/users/me';
const CALLERS = 3;
/** Milliseconds within which a request that begins while PostgreSQL is down must be answered. */
const UNAVAILABLE_LIMIT = patience(3_000);
const RETRY_DELAY = 100;
const REVOCATION_LIMIT = patience(30_000);
const METRICS_INTERVAL = 150;

/** A log-in or an API key. */
export type Watched = NewSession | RevocableKey;

/** A watched session or key with its times, which are from `performance.now()`. */
type Subject = Watched & Times;

interface Times {
  /** When its log-out or revocation was first sent. From then on it may be refused. */
  revokingAt?: number;
  /** When that was acknowledged. From then on every instance must refuse it. */
  revokedAt?: number;
}

/** A time in which an instance may answer 503, or not at all while its process is not running. */
interface Outage {
  from: number;
  to: number;
  isProcess: boolean;
}

/**
 * Revokes sessions and API keys, and probes both instances with active and revoked ones. Compares
 * every response with the revocations that had been acknowledged when its request was sent.
 */
export class Watch {
  readonly probes: [number, number] = [0, 0];
  readonly answers = new Map<number, number>();
  readonly violations: string[] = [];
  readonly statesSeen: Pair<Set<string>> = [new Set(), new Set()];
  revokedAccepted = 0;
  activeRefused = 0;
  private readonly outages: Pair<Outage[]> = [[], []];
  private readonly subjects: Subject[];
  private readonly revoked: Subject[] = [];
  private isRunning = true;
  private turn = 0;
  private readonly work: Promise<unknown>[];

  constructor(
    private readonly world: World,
    sessions: readonly Watched[],
  ) {
    this.subjects = sessions.map((session) => ({ ...session }));
    this.work = BOTH.flatMap((which) => [
      this.observe(which),
      ...Array.from({ length: CALLERS }, () => this.probeOn(which)),
    ]);
  }

  get acknowledged(): number {
    return this.revoked.length;
  }

  /** Revokes through one instance, retries through the other, and probes both immediately afterwards. */
  async revoke({ id }: Watched, through: Which): Promise<void> {
    const subject = this.subjects.find((candidate) => candidate.id === id);
    if (!subject) throw new Error('not watched');
    subject.revokingAt = performance.now();
    const deadline = performance.now() + REVOCATION_LIMIT;
    for (let which = through, attempt = 0; performance.now() < deadline; attempt += 1) {
      const outcome = await this.sendRevocation(which, subject);
      if (outcome.status === 204) {
        subject.revokedAt = outcome.answeredAt;
        this.revoked.push(subject);
        await Promise.all(BOTH.map((instance) => this.probe(instance, subject)));
        return;
      }
      // A revocation whose response was lost may have succeeded. It was not acknowledged.
      if (outcome.status === statusOnceRevoked(subject) && attempt > 0) return;
      if (outcome.status === 401) this.activeRefused += 1;
      which = which === 0 ? 1 : 0;
      await sleep(RETRY_DELAY);
    }
    this.violations.push('a log-out or revocation was never acknowledged');
  }

  /** Marks instances as unavailable for the duration of `work`. */
  async during<T>(which: readonly Which[], work: () => Promise<T>, isProcess = false): Promise<T> {
    const finish = this.beginOutage(which, isProcess);
    try {
      return await work();
    } finally {
      finish();
    }
  }

  /** @returns a function that ends the outage */
  beginOutage(which: readonly Which[], isProcess = false): () => void {
    const outage = { from: performance.now(), to: Infinity, isProcess };
    for (const instance of which) this.outages[instance].push(outage);
    return () => (outage.to = performance.now());
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await Promise.all(this.work);
    const sessions = this.revoked.filter((subject) => 'refreshToken' in subject);
    await Promise.all(sessions.map((session, at) => this.refresh(session, at % 2 === 0 ? 0 : 1)));
  }

  private sendRevocation(which: Which, subject: Subject): Promise<Outcome> {
    if (!('adminToken' in subject)) {
      return this.send(which, 'POST', '/api/v1/auth/logout', subject.token);
    }
    const { userId, id, adminToken } = subject;
    return this.send(which, 'DELETE', `/api/v1/users/${userId}/keys/${id}`, adminToken);
  }

  private async refresh(subject: NewSession, which: Which): Promise<void> {
    const path = '/api/v1/auth/refresh';
    const { status } = await this.send(which, 'POST', path, subject.refreshToken);
    if (status === 401) return;
    this.violations.push(`refresh of a revoked session: ${status}`);
  }

  private async probeOn(which: Which): Promise<void> {
    while (this.isRunning) {
      const outcome = await this.probe(which, this.next());
      const isDown = outcome.status === 0 || outcome.status === 503;
      await sleep(isDown ? Math.max(10, PROBE_PAUSE) : PROBE_PAUSE);
    }
  }

  /** Alternates between all sessions, those revoked just now and those revoked earlier. */
  private next(): Subject {
    this.turn += 1;
    const { turn, revoked, subjects } = this;
    const newest = revoked[revoked.length - 1 - (turn % 20)];
    const older = revoked[turn % Math.max(1, revoked.length)];
    const any = subjects[turn % subjects.length];
    const chosen = [any, newest, any, older][turn % 4] ?? any;
    if (!chosen) throw new Error('nothing to watch');
    return chosen;
  }

  private async probe(which: Which, subject: Subject): Promise<Outcome> {
    const outcome = await this.send(which, 'GET', PROBED, subject.token);
    this.probes[which] += 1;
    this.answers.set(outcome.status, (this.answers.get(outcome.status) ?? 0) + 1);
    this.judge(which, subject, outcome);
    return outcome;
  }

  private judge(which: Which, subject: Subject, outcome: Outcome): void {
    const { status, sentAt, answeredAt } = outcome;
    if (status === 200) {
      if (subject.revokedAt !== undefined && sentAt > subject.revokedAt) this.revokedAccepted += 1;
      return;
    }
    if (status === 401) {
      if (subject.revokingAt === undefined) this.activeRefused += 1;
      return;
    }
    const outage = this.outages[which].find(({ from, to }) => from <= answeredAt && sentAt <= to);
    const isExcused = status === 503 ? outage : outage?.isProcess;
    if (!isExcused || (status !== 503 && status !== 0)) {
      this.violations.push(`${status} from instance ${which} with PostgreSQL up: ${outcome.text}`);
      return;
    }
    const took = answeredAt - sentAt;
    if (outage && sentAt >= outage.from && took > UNAVAILABLE_LIMIT) {
      this.violations.push(`${status} from instance ${which} after ${Math.round(took)} ms`);
    }
  }

  private send(which: Which, method: string, path: string, token: string): Promise<Outcome> {
    return send(this.world.instances[which].port, method, path, token);
  }

  private async observe(which: Which): Promise<void> {
    while (this.isRunning) {
      this.statesSeen[which].add(await this.world.instances[which].redisState());
      await sleep(METRICS_INTERVAL);
    }
  }
}

/** The status of a repeated revocation. */
function statusOnceRevoked(subject: Subject): number {
  return 'adminToken' in subject ? 404 : 401;
}

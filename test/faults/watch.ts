import { setTimeout as sleep } from 'node:timers/promises';
import { type Outcome, send } from './http.ts';
import type { NewSession } from '../support/sessions.ts';
import { BOTH, type Pair, type RevocableKey, type Which, type World } from './world.ts';
import { patience } from '../support/patience.ts';
import { PROBE_PAUSE } from './form.ts';

/** A route that reads from PostgreSQL behind the check. */
const PROBED = '/api/v1/users/me';
const CALLERS = 3;
/** Milliseconds in which a request that begins while PostgreSQL is away must be answered. */
const UNAVAILABLE_LIMIT = patience(3_000);
const RETRY_DELAY = 100;
const ENDING_LIMIT = patience(30_000);
const METRICS_INTERVAL = 150;

/** A log-in or an API key. */
export type Watched = NewSession | RevocableKey;

/** What the harness knows of one of them; times are `performance.now()`. */
type Subject = Watched & Times;

interface Times {
  /** When its log-out or revocation was sent first: from then on it may be over. */
  endingAt?: number;
  /** When that was answered: from then on it is over, on every instance. */
  endedAt?: number;
}

/** While it lasts, an instance may answer 503, or nothing when it is itself not running. */
interface Outage {
  from: number;
  to: number;
  isProcess: boolean;
}

/**
 * Probes both instances with live and ended sessions and API keys, ends sessions, and holds every
 * answer against what had been acknowledged when its request was sent.
 */
export class Watch {
  readonly probes: [number, number] = [0, 0];
  readonly answers = new Map<number, number>();
  readonly violations: string[] = [];
  readonly statesSeen: Pair<Set<string>> = [new Set(), new Set()];
  revokedAccepted = 0;
  liveRefused = 0;
  private readonly outages: Pair<Outage[]> = [[], []];
  private readonly subjects: Subject[];
  private readonly ended: Subject[] = [];
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
    return this.ended.length;
  }

  /** Logs out or revokes the key through one instance, or else the other; probes at once. */
  async end({ id }: Watched, through: Which): Promise<void> {
    const subject = this.subjects.find((candidate) => candidate.id === id);
    if (!subject) throw new Error('not watched');
    subject.endingAt = performance.now();
    const deadline = performance.now() + ENDING_LIMIT;
    for (let which = through, attempt = 0; performance.now() < deadline; attempt += 1) {
      const outcome = await this.sendEnd(which, subject);
      if (outcome.status === 204) {
        subject.endedAt = outcome.answeredAt;
        this.ended.push(subject);
        await Promise.all(BOTH.map((instance) => this.probe(instance, subject)));
        return;
      }
      // One whose answer was lost may have been done; nobody was promised anything then.
      if (outcome.status === goneStatus(subject) && attempt > 0) return;
      if (outcome.status === 401) this.liveRefused += 1;
      which = which === 0 ? 1 : 0;
      await sleep(RETRY_DELAY);
    }
    this.violations.push('a log-out or revocation was never answered');
  }

  /** An instance cannot answer as long as `work` takes. */
  async during<T>(which: readonly Which[], work: () => Promise<T>, isProcess = false): Promise<T> {
    const finish = this.beginOutage(which, isProcess);
    try {
      return await work();
    } finally {
      finish();
    }
  }

  /** @returns what ends it */
  beginOutage(which: readonly Which[], isProcess = false): () => void {
    const outage = { from: performance.now(), to: Infinity, isProcess };
    for (const instance of which) this.outages[instance].push(outage);
    return () => (outage.to = performance.now());
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await Promise.all(this.work);
    const sessions = this.ended.filter((subject) => 'refreshToken' in subject);
    await Promise.all(sessions.map((session, at) => this.refresh(session, at % 2 === 0 ? 0 : 1)));
  }

  private sendEnd(which: Which, subject: Subject): Promise<Outcome> {
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
    this.violations.push(`refresh of an ended session: ${status}`);
  }

  private async probeOn(which: Which): Promise<void> {
    while (this.isRunning) {
      const outcome = await this.probe(which, this.next());
      const isAway = outcome.status === 0 || outcome.status === 503;
      await sleep(isAway ? Math.max(10, PROBE_PAUSE) : PROBE_PAUSE);
    }
  }

  /** In turn: any session, one that has just ended, one that ended some time ago. */
  private next(): Subject {
    this.turn += 1;
    const { turn, ended, subjects } = this;
    const newest = ended[ended.length - 1 - (turn % 20)];
    const older = ended[turn % Math.max(1, ended.length)];
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
      if (subject.endedAt !== undefined && sentAt > subject.endedAt) this.revokedAccepted += 1;
      return;
    }
    if (status === 401) {
      if (subject.endingAt === undefined) this.liveRefused += 1;
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

/** What one that is over answers to being ended again. */
function goneStatus(subject: Subject): number {
  return 'adminToken' in subject ? 404 : 401;
}

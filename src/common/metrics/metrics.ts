import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The sender of a request: a person, a service account, or unknown without a valid token. */
export type Caller = 'person' | 'service' | 'unknown';

/** The metrics of one application. Features add theirs to the registry. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its response, in seconds.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  private readonly unavailable = new Counter({
    name: 'http_unavailable_total',
    help: 'Requests that were answered with 503, by reason.',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  private readonly callers: Readonly<Record<Caller, Counter.Internal>>;

  constructor() {
    const callers = this.counter(
      'http_requests_by_caller_total',
      'Requests by who sent them: person, service, or unknown without a valid token.',
      ['caller'],
    );
    this.callers = {
      person: callers.labels('person'),
      service: callers.labels('service'),
      unknown: callers.labels('unknown'),
    };
    collectDefaultMetrics({ register: this.registry });
  }

  /** @param route the template, such as `/api/v1/customers/:id`, because ids would make many series */
  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.requests.labels(method, route, String(status)).observe(seconds);
  }

  countCaller(caller: Caller): void {
    this.callers[caller].inc();
  }

  /** @param reason one of `UnavailableReason` */
  countUnavailable(reason: string): void {
    this.unavailable.labels(reason).inc();
  }

  counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** One series for each state: 1 for the current state, 0 for the others. */
  state(name: string, help: string, states: readonly string[], read: () => string): Gauge {
    return new Gauge({
      name,
      help,
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        const current = read();
        for (const state of states) this.labels(state).set(state === current ? 1 : 0);
      },
    });
  }

  /** A gauge with a series for each key of the result. It is read when the metrics are read. */
  gauges(name: string, help: string, label: string, read: () => Record<string, number>): Gauge {
    return new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [key, value] of Object.entries(read())) this.labels(key).set(value);
      },
    });
  }

  /** A gauge whose value needs a query. If the query fails, the gauge has no value. */
  queriedGauge(name: string, help: string, read: () => Promise<number>): Gauge {
    return new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        const value = await read().catch(() => undefined);
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  }

  /** A gauge with a series for each key of a query's result. If the query fails, it has no values. */
  queriedGauges(
    name: string,
    help: string,
    label: string,
    read: () => Promise<Record<string, number>>,
  ): Gauge {
    return new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      async collect() {
        const values = await read().catch(() => ({}));
        this.reset();
        for (const [key, value] of Object.entries(values)) this.labels(key).set(value);
      },
    });
  }

  /** A gauge that is read when the metrics are read. */
  gauge(name: string, help: string, read: () => number): Gauge {
    return new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}

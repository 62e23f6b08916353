import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** The packets that a network drops: those to the target, those from it, or both. */
export type Direction = 'requests' | 'answers' | 'both';

/** A proxy between the service and a database, with which a test can cut or disturb connections. */
export class TcpProxy {
  /** The number of connections that were refused while the proxy was cut. */
  refused = 0;
  /** The number of messages to the target after which the sending connection is broken. */
  private fuse: { application: string; messages: number; isDelivered: boolean } | undefined;
  private readonly applications = new Map<Socket, string>();
  private state: 'open' | 'cut' | 'deaf' = 'open';
  private delayMs = 0;
  private patienceMs = 0;
  private readonly sockets = new Set<Socket>();
  /** Sockets whose bytes are dropped, as by a network that has forgotten the connection. */
  private readonly dropped = new Set<Socket>();
  private readonly clients = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async to(target: string): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new TcpProxy(server, new URL(target));
    server.on('connection', (client) => proxy.accept(client));
    return proxy;
  }

  /** The URL of the target through this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Breaks every connection and refuses new ones. */
  cut(): void {
    this.state = 'cut';
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Keeps connections and accepts new ones, but forwards nothing. */
  deafen(): void {
    this.state = 'deaf';
  }

  /** Keeps the current connections open but forwards nothing in this direction. New ones work. */
  forget(direction: Direction): void {
    for (const socket of this.sockets) {
      const isRequests = this.clients.has(socket);
      if (direction === 'both' || (direction === 'requests') === isRequests) {
        this.dropped.add(socket);
      }
    }
  }

  /**
   * Breaks the connection of an application, by its `application_name`, that sends the nth message
   * from now on.
   *
   * @param isDelivered whether the target still receives that message; its response is always lost
   */
  breakAt(messages: number, isDelivered: boolean, application: string): void {
    this.fuse = { application, messages, isDelivered };
  }

  /** @returns whether {@link breakAt} has broken a connection */
  get hasBroken(): boolean {
    return this.fuse?.messages === 0;
  }

  /** Drops the requests of the open connections of an application, by its `application_name`. */
  forgetRequestsOf(application: string): void {
    for (const [client, name] of this.applications) {
      if (name === application) this.dropped.add(client);
    }
  }

  /** Works normally again. Closes connections that were deaf, because they have lost bytes. */
  restore(): void {
    if (this.state === 'deaf') for (const socket of this.sockets) socket.resetAndDestroy();
    this.state = 'open';
  }

  /** Delays each response. @param milliseconds 0 for no delay */
  delay(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  /** Makes a new connection wait this long for a target that is restarting. */
  waitForTarget(milliseconds: number): void {
    this.patienceMs = milliseconds;
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private accept(client: Socket): void {
    this.keep(client);
    this.clients.add(client);
    if (this.state === 'cut') {
      this.refused += 1;
      client.resetAndDestroy();
      return;
    }
    client.pause();
    this.join(client, Date.now() + this.patienceMs);
  }

  private join(client: Socket, deadline: number): void {
    const target = connect(Number(this.target.port), this.target.hostname);
    this.keep(target);
    target.once('connect', () => {
      client.on('data', (data) => this.burn(client, target, data));
      this.pass(client, target, () => 0);
      this.pass(target, client, () => this.delayMs);
      client.resume();
    });
    target.once('error', () => {
      if (Date.now() > deadline || client.destroyed) client.destroy();
      else setTimeout(() => this.join(client, deadline), 5);
    });
    client.once('close', () => target.destroy());
  }

  private burn(client: Socket, target: Socket, data: Buffer): void {
    const { applications, fuse } = this;
    if (!applications.has(client)) {
      const name = /application_name\0([^\0]*)\0/.exec(data.toString('latin1'))?.[1] ?? '';
      applications.set(client, name);
      return;
    }
    if (!fuse || fuse.messages === 0 || applications.get(client) !== fuse.application) return;
    fuse.messages -= 1;
    if (fuse.messages > 0) return;
    if (fuse.isDelivered) target.write(data);
    this.dropped.add(client).add(target);
    setTimeout(() => client.resetAndDestroy(), 20); // so that the target has time to act
  }

  private pass(from: Socket, to: Socket, delayMs: () => number): void {
    from.on('data', (data) => {
      if (this.state === 'deaf' || this.dropped.has(from)) return;
      const milliseconds = delayMs();
      if (milliseconds === 0) to.write(data);
      else setTimeout(() => !to.destroyed && to.write(data), milliseconds);
    });
    from.on('close', () => to.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket.setNoDelay());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.applications.delete(socket);
      for (const all of [this.sockets, this.dropped, this.clients]) all.delete(socket);
    });
  }
}

import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy in front of a server, which can be cut, made deaf and slowed down. */
export class Proxy {
  /** Connections that were turned away while cut. */
  refused = 0;
  private mode: 'open' | 'cut' | 'deaf' = 'open';
  private delayMs = 0;
  private patienceMs = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(private readonly target: number) {
    this.server = createServer((client) => this.accept(client));
  }

  static async to(target: number): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections end, new ones are turned away. */
  cut(): void {
    this.mode = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Connections stay and new ones are taken, but nothing passes any more. */
  deafen(): void {
    this.mode = 'deaf';
  }

  /** What was deaf is closed: the lost bytes are not to be had again. */
  restore(): void {
    if (this.mode === 'deaf') for (const socket of this.sockets) socket.destroy();
    this.mode = 'open';
  }

  /** Each answer takes this much longer. */
  delay(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  /** A new connection waits this long for a server that is being restarted. */
  waitForServer(milliseconds: number): void {
    this.patienceMs = milliseconds;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    this.keep(client);
    if (this.mode === 'cut') {
      this.refused += 1;
      client.destroy();
      return;
    }
    client.pause();
    this.connect(client, Date.now() + this.patienceMs);
  }

  private connect(client: Socket, deadline: number): void {
    const server = connect(this.target, '127.0.0.1');
    this.keep(server);
    server.once('connect', () => {
      this.pass(client, server, () => 0);
      this.pass(server, client, () => this.delayMs);
      client.resume();
    });
    server.once('error', () => {
      if (Date.now() < deadline && !client.destroyed) {
        setTimeout(() => this.connect(client, deadline), 5);
        return;
      }
      client.destroy();
    });
    client.once('close', () => server.destroy());
  }

  private pass(from: Socket, to: Socket, delayMs: () => number): void {
    from.on('data', (data) => {
      if (this.mode === 'deaf') return;
      const milliseconds = delayMs();
      if (milliseconds === 0) to.write(data);
      else setTimeout(() => !to.destroyed && to.write(data), milliseconds);
    });
    from.on('close', () => to.destroy());
  }

  private keep(socket: Socket): void {
    socket.setNoDelay(true);
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.sockets.delete(socket));
  }
}

const LOCAL = /^(localhost|127\.[\d.]+|\[::1\]|)$/;
const ENCRYPTED = ['require', 'verify-ca', 'verify-full'];

/** Whether the URL is of another machine and without TLS. */
export function isRemoteWithoutTls(databaseUrl: string): boolean {
  const { hostname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  if (LOCAL.test(host) || host.startsWith('/')) return false;
  return !ENCRYPTED.includes(searchParams.get('sslmode') ?? '');
}

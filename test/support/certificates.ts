import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../scripts/embedded/apt.ts';

export const openssl = findProgram('openssl');

export interface Certificates {
  ca: string;
  key: string;
  certificate: string;
  /** A CA that did not sign the certificate. */
  otherCa: string;
}

/** Creates a key and a certificate for this machine, signed by a new CA. */
export function makeCertificates(folder: string): Certificates {
  const run = (...args: string[]) =>
    execFileSync(openssl ?? '', args, { cwd: folder, stdio: 'ignore' });
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const newKey = ['-newkey', 'rsa:2048', '-nodes', '-days', '1'];
  run('req', '-x509', ...newKey, '-subj', '/CN=ca', '-keyout', 'ca.key', '-out', 'ca.pem');
  run('req', ...newKey, '-subj', '/CN=db', '-addext', names, '-keyout', 'db.key', '-out', 'db.csr');
  writeFileSync(join(folder, 'names'), names);
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
  run('x509', '-req', '-in', 'db.csr', ...signing, '-days', '1', '-out', 'db.pem');
  run('req', '-x509', ...newKey, '-subj', '/CN=other', '-keyout', 'other.key', '-out', 'other.pem');
  return {
    ca: join(folder, 'ca.pem'),
    key: join(folder, 'db.key'),
    certificate: join(folder, 'db.pem'),
    otherCa: join(folder, 'other.pem'),
  };
}

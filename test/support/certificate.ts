import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

export interface Certificate {
  key: string;
  cert: string;
}

/** ecdsa-with-SHA256 */
const ALGORITHM = sequence(oid('2a8648ce3d040302'));
const DAY = 86_400_000;

/**
 * A self-signed certificate for the names, and for 127.0.0.1 and ::1.
 *
 * @param days until it expires; negative for an expired certificate
 */
export function selfSigned(names: readonly string[], days = 1): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  // The name is unique, because OpenSSL may try the wrong one of two certificates with the same name.
  const name = `test ${randomBytes(6).toString('hex')}`;
  const subject = sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))));
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])), // serial number
    ALGORITHM,
    subject,
    sequence(time(Date.now() + (days - 2) * DAY), time(Date.now() + days * DAY)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(alternativeNames(names), isAuthority())),
  );
  const signature = createSign('sha256').update(body).sign(privateKey);
  const certificate = sequence(body, ALGORITHM, tlv(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

function alternativeNames(names: readonly string[]): Buffer {
  const ipv6 = Buffer.alloc(16);
  ipv6[15] = 1;
  const all = [
    ...names.map((name) => tlv(0x82, Buffer.from(name))),
    tlv(0x87, Buffer.from([127, 0, 0, 1])),
    tlv(0x87, ipv6),
  ];
  return sequence(oid('551d11'), tlv(0x04, sequence(...all)));
}

function isAuthority(): Buffer {
  return sequence(oid('551d13'), tlv(0x04, sequence(tlv(0x01, Buffer.from([0xff])))));
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${digits}Z`));
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts);
}

/** A value of ASN.1 in DER: its tag, its length and its content. */
function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const head = length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

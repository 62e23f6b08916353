import { describe, expect, test } from 'vitest';
import { TargetPolicy } from '../../src/webhooks/targets/target-policy.js';

const production = new TargetPolicy({ isProduction: true, webhookNetworks: [] });
const development = new TargetPolicy({ isProduction: false, webhookNetworks: [] });
const admitting = new TargetPolicy({
  isProduction: true,
  webhookNetworks: ['10.1.0.0/16', '192.168.1.7', 'fd00:1::/32', '::ffff:10.3.0.0/112'],
});

describe('the targets of webhooks', () => {
  test.each([
    'https://example.com',
    'https://example.com:8443/path?token=1',
    'https://93.184.216.34/',
    'https://0x5db8d822/', // 93.184.216.34
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
    'https://bücher.example/',
  ])('may be %s', (url) => {
    expect(production.problemOf(url)).toBeUndefined();
  });

  test.each([
    ['ftp://example.com/', 'https://'],
    ['http://example.com/', 'https://'],
    ['http://127.0.0.1/', 'https://'],
    ['javascript:alert(1)', 'https://'],
    ['//example.com/', 'absolute'],
    ['example.com', 'absolute'],
    ['https://', 'absolute'],
    [' https://example.com/', 'absolute'],
    ['https://example.com/\n', 'absolute'],
    ['https://exa mple.com/', 'absolute'],
    ['https:example.com', 'https://'],
    ['https:///example.com', 'https://'],
    ['https:\\\\example.com', 'absolute'],
    ['https://example.com\\@10.0.0.1/', 'absolute'],
    ['https://example.com/%zz', 'percent-encoded'],
    ['https://example.com/?q={x|y}', 'percent-encoded'],
    ['https://u:p@example.com/', 'credentials'],
    ['https://u@example.com/', 'credentials'],
    ['https://example.com:0/', 'port'],
    ['https://example.com/#', 'fragment'],
    ['https://example.com/#a', 'fragment'],
    [`https://example.com/${'a'.repeat(1_981)}`, '2000'],
    [`https://example.com/${'ü'.repeat(1_000)}`, '2000'], // 6,000 characters once it is encoded
  ])('may not be %s, with the reason: %s', (url, reason) => {
    expect(production.problemOf(url)).toContain(reason);
  });

  test.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://127.0.1/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://2130706433/',
    'https://127.0.0.1./',
    'https://%31%32%37.0.0.1/',
    'https://１２７.0.0.1/',
    'https://0/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://192.168.0.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://168.63.129.16/',
    'https://192.0.0.192/',
    'https://198.18.0.1/',
    'https://203.0.113.7/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[::ffff:a00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::10.0.0.1]/',
    'https://[2002:a00:1::]/',
    'https://[2001:db8::1]/',
    'https://[fc00::1]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[ff02::1]/',
    'https://[5f00::1]/',
    'https://[fd00:ec2::254]/',
  ])('may not be a private address: %s', (url) => {
    expect(production.problemOf(url)).toContain('public address');
    expect(development.problemOf(url)).toContain('public address');
  });

  test('may use http only for this machine and outside production', () => {
    for (const url of ['http://127.0.0.1:4000/', 'http://[::1]/', 'http://localhost/']) {
      expect(development.problemOf(url), url).toBeUndefined();
      expect(production.problemOf(url), url).toBeDefined();
    }
    expect(development.allows('http:', '127.8.8.8')).toBe(true);
    expect(development.problemOf('http://10.0.0.1/')).toContain('this machine');
    expect(development.allows('http:', '93.184.216.34')).toBe(false);
    expect(production.allows('http:', '127.0.0.1')).toBe(false);
  });

  test('may be in the addresses and ranges of WEBHOOK_NETWORKS, and in no others', () => {
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '192.168.1.7', 'fd00:1::9', '10.3.2.1']) {
      expect(admitting.allows('https:', address), address).toBe(true);
    }
    for (const address of ['10.2.0.1', '192.168.1.8', 'fd00:2::9', '127.0.0.1']) {
      expect(admitting.allows('https:', address), address).toBe(false);
    }
    expect(admitting.allows('http:', '10.1.2.3')).toBe(false);
  });
});

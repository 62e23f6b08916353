import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { onFreePort } from '../../scripts/embedded/service.ts';
import { fileVariable } from '../../src/common/config/source.js';
import { settings } from '../../src/common/config/settings.js';
import { buildServer } from '../support/build.ts';
import { compilerErrorsOf } from '../support/compile.ts';
import { ACCESS_SECRET, ENCRYPTION_KEY, REFRESH_SECRET } from '../support/config.ts';
import {
  Container,
  defaultCommand,
  IMAGE_USER,
  imageCommand,
  imageEnvironment,
} from '../support/container.ts';
import { patience } from '../support/patience.ts';
import { createDatabase, dropDatabase } from '../support/template.ts';

const folder = join(import.meta.dirname, '../../deploy/kubernetes');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

interface ContainerSpec {
  command?: string[];
  env?: { name: string; value: string }[];
  securityContext?: Record<string, unknown>;
}
interface Manifest {
  kind: string;
  metadata: { name: string };
  spec: {
    template: { spec: { securityContext: Record<string, unknown>; containers: [ContainerSpec] } };
  };
}
interface ServiceMonitor {
  spec: { jobLabel: string };
}
interface Kustomization {
  resources: string[];
  labels?: { pairs: Record<string, string> }[];
  configMapGenerator?: { literals: string[] }[];
}

const FOLDERS = ['.', 'migrate', 'monitoring'];
const manifests = FOLDERS.flatMap((place) =>
  kustomization(place).resources.map((file) => join(place, file)),
);
const deployment = parse(read('deployment.yaml')) as Manifest;
const job = parse(read('migrate/job.yaml')) as Manifest;

function kustomization(place: string): Kustomization {
  return parse(read(join(place, 'kustomization.yaml'))) as Kustomization;
}

function configMap(): Record<string, string> {
  const [generator] = kustomization('.').configMapGenerator ?? [];
  const literals = generator?.literals.map((literal) => literal.split('=') as [string, string]);
  return Object.fromEntries(literals ?? []);
}

function containerOf({ spec }: Manifest): ContainerSpec {
  return spec.template.spec.containers[0];
}

describe('deploy/kubernetes', () => {
  test('lists every manifest in a kustomization', () => {
    const files = FOLDERS.flatMap((place) =>
      readdirSync(join(folder, place))
        .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
        .map((file) => join(place, file)),
    );
    expect(files.toSorted()).toEqual(manifests.toSorted());
  });

  test(
    'contains only fields of the Kubernetes API, with values of the right type',
    () => {
      const documents = manifests.map((file) => parse(read(file)) as Manifest);
      const custom = documents.filter(({ kind }) => kind === 'ServiceMonitor');
      expect(custom).toHaveLength(1);
      const code = documents
        .filter((document) => !custom.includes(document))
        .map(
          (document, at) =>
            `export const m${at}: KubernetesKinds['${document.kind}'] = ${JSON.stringify(document)};`,
        );
      const head = `import type { KubernetesKinds } from './kubernetes-kinds.ts';`;
      const misspelled = code.map((line) =>
        line.replace('"readOnlyRootFilesystem"', '"readonlyRoot"'),
      );
      const texts = [code, misspelled].map((lines) => [head, ...lines].join('\n'));
      const [errors, errorsOfMisspelled] = compilerErrorsOf(...texts);
      expect(errors).toEqual([]);
      expect(errorsOfMisspelled?.join()).toContain('readonlyRoot');
    },
    patience(60_000),
  );

  test('gives its metrics the job that the alert rules select', () => {
    const { jobLabel } = (parse(read('monitoring/service-monitor.yaml')) as ServiceMonitor).spec;
    const [labels] = kustomization('.').labels ?? [];
    expect(labels?.pairs[jobLabel]).toBe('customer-api');
  });

  test('sets only variables that are settings', () => {
    const known = Object.values(settings).flatMap((one) => [one.name, fileVariable(one)]);
    const names = [deployment, job].flatMap((one) => containerOf(one).env ?? []);
    const set = [...Object.keys(configMap()), ...names.map(({ name }) => name)];
    expect(set.filter((name) => !known.includes(name))).toEqual([]);
  });

  test.each([deployment, job])('$metadata.name runs with minimal privileges', (manifest) => {
    expect(manifest.spec.template.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: IMAGE_USER,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containerOf(manifest).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });
});

describe('the container with the environment, user and read-only root of the manifest', () => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  let secrets: string;
  beforeAll(async () => {
    await buildServer();
    const database = await createDatabase(inject('postgresUrl'), name);
    secrets = mkdtempSync(join(tmpdir(), 'customer-api-secrets-'));
    if (process.getuid?.() === 0) chownSync(secrets, IMAGE_USER, IMAGE_USER);
    const values = {
      'database-url': database,
      'migration-database-url': database,
      'redis-url': inject('redisUrl'),
      'jwt-access-secret': ACCESS_SECRET,
      'jwt-refresh-secret': REFRESH_SECRET,
      'encryption-keys': ENCRYPTION_KEY,
      'admin-password': 'six crows over the harbour',
    };
    for (const [file, value] of Object.entries(values)) {
      writeFileSync(join(secrets, file), `${value}\n`, { mode: 0o440 });
      if (process.getuid?.() === 0) chownSync(join(secrets, file), IMAGE_USER, IMAGE_USER);
    }
  }, patience(180_000));
  afterAll(async () => {
    await dropDatabase(inject('postgresUrl'), name);
    rmSync(secrets, { recursive: true });
  });

  const environmentOf = (manifest: Manifest) =>
    Object.fromEntries(
      (containerOf(manifest).env ?? []).map((variable) => [
        variable.name,
        variable.value.replace('/secrets', secrets),
      ]),
    );

  test(
    'migrates the database, serves requests and stops',
    async () => {
      const migration = new Container(imageCommand(containerOf(job).command ?? []), {
        ...imageEnvironment(),
        ...environmentOf(job),
      });
      expect(await migration.exited, migration.output.join('\n')).toBe(0);

      const { server, opsPort, port } = await onFreePort(async (free) => {
        const started = new Container(imageCommand(defaultCommand()), {
          ...imageEnvironment(),
          ...configMap(),
          ...environmentOf(deployment),
          PORT: '0',
          OPS_PORT: String(free),
          SHUTDOWN_DELAY: '0',
        });
        const line = await started.logged('The service is listening');
        return { server: started, opsPort: free, port: line['port'] };
      });
      const ready = await fetch(`http://127.0.0.1:${opsPort}/health/ready`);
      expect(ready.status).toBe(200);
      const login = await fetch(`http://127.0.0.1:${String(port)}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ username: 'admin', password: 'six crows over the harbour' }),
      });
      expect(login.status).toBe(200);
      expect(await server.stop()).toBe(0);
    },
    patience(60_000),
  );
});

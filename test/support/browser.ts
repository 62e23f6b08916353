import { type Browser, chromium } from 'playwright-core';
import { canInstall, findProgram, install } from '../../scripts/embedded/apt.ts';

/**
 * Starts the headless Chromium of the system. Undefined if there is none and it cannot be installed.
 * Its background services are off, because they connect to other hosts.
 */
export async function startBrowser(): Promise<Browser | undefined> {
  const executablePath = findChromium() ?? (await installChromium());
  if (executablePath === undefined) return undefined;
  return chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
}

function findChromium(): string | undefined {
  return findProgram('chromium', 'chromium-browser', 'google-chrome');
}

async function installChromium(): Promise<string | undefined> {
  if (!canInstall()) return undefined;
  await install('chromium');
  const path = findChromium();
  if (path === undefined) throw new Error('Chromium was installed but is not on the PATH.');
  return path;
}

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';

const FOLDER = new URL('..', import.meta.url);
const LICENSE = new URL('../../../LICENSE', import.meta.url);
// CI has npm: there it is never skipped.
const skip = !process.env.CI && spawnSync('npm', ['--version']).error !== undefined && 'npm is not installed';
const PACKAGE = JSON.parse(readFileSync(new URL('package.json', FOLDER)));

suite('The package', () => {
  test('is below 8 KiB gzipped at the usual level', () => {
    const bytes = gzipSync(readFileSync(new URL('kulkul.js', FOLDER))).length;

    assert.ok(bytes < 8192, `${bytes} bytes`);
  });

  test('depends on nothing', () => {
    assert.equal(PACKAGE.dependencies, undefined);
    assert.deepEqual(Object.keys(PACKAGE.peerDependencies), ['react']);
    assert.doesNotMatch(readFileSync(new URL('kulkul.js', FOLDER), 'utf8'), /^import|require\(|import\(/m);
  });

  test('packs what it exports and nothing else', { skip }, () => {
    const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: FOLDER, stdio: ['ignore', 'pipe', 'ignore'] }));
    const exported = Object.values(PACKAGE.exports).flatMap(each => Object.values(each).map(path => path.slice(2)));

    assert.deepEqual(files.map(({ path }) => path).filter(path => !/^(README|LICENSE)/.test(path)).sort(), [...exported, 'package.json'].sort());
  });

  test('has its licence with it, and points at nothing outside', () => {
    assert.equal(PACKAGE.license, 'Apache-2.0');
    assert.equal(readFileSync(new URL('LICENSE', FOLDER), 'utf8'), readFileSync(LICENSE, 'utf8'));
    assert.doesNotMatch(readFileSync(new URL('README.md', FOLDER), 'utf8'), /\]\((?!https:|#)/);
  });

  test('is installed from its tarball into an empty directory, without a network, and works there', { skip }, () => {
    const here = mkdtempSync(join(tmpdir(), 'kulkul-client-'));
    const run = (command, ...args) => execFileSync(command, args, { cwd: here, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      writeFileSync(join(here, 'package.json'), '{"private": true}');
      const [{ filename, files }] = JSON.parse(
        execFileSync('npm', ['pack', '--json', '--pack-destination', here], { cwd: FOLDER, stdio: ['ignore', 'pipe', 'ignore'] }));
      run('npm', 'install', `./${filename}`, '--offline', '--no-audit', '--no-fund', '--cache', join(here, 'cache'));

      const said = run(process.execPath, '--input-type=module', '--eval', `
        import { connect, KulkulError } from '@kulkul/client';
        import { channelStore } from '@kulkul/client/store';
        const kulkul = connect('ws://hub.example.org/ws', { WebSocket: class { close() {} } });
        const store = channelStore(kulkul, 'a');
        kulkul.close();
        console.log(kulkul.state, store.getSnapshot().state, kulkul.status.reason instanceof KulkulError);`);

      assert.equal(said.trim(), 'closed idle true');
      assert.ok(files.some(({ path }) => path === 'LICENSE'));
    } finally {
      rmSync(here, { recursive: true });
    }
  });

  test('is found by its name', async () => {
    const { connect, KulkulError } = await import('@kulkul/client');
    const { channelStore } = await import('@kulkul/client/store');

    assert.equal(typeof connect, 'function');
    assert.equal(typeof channelStore, 'function');
    assert.ok(new KulkulError('x', 'y') instanceof Error);
  });
});

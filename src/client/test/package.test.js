import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';

const FOLDER = new URL('..', import.meta.url);
const PACKAGE = JSON.parse(readFileSync(new URL('package.json', FOLDER)));

suite('The package', () => {
  test('is below 8 KB gzipped, as it is served', () => {
    const bytes = gzipSync(readFileSync(new URL('kulkul.js', FOLDER)), { level: 9 }).length;

    assert.ok(bytes < 8192, `${bytes} bytes`);
  });

  test('depends on nothing', () => {
    assert.equal(PACKAGE.dependencies, undefined);
    assert.deepEqual(Object.keys(PACKAGE.peerDependencies), ['react']);
    assert.doesNotMatch(readFileSync(new URL('kulkul.js', FOLDER), 'utf8'), /^import|require\(|import\(/m);
  });

  test('packs what it exports and nothing else', () => {
    const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: FOLDER, stdio: ['ignore', 'pipe', 'ignore'] }));
    const exported = Object.values(PACKAGE.exports).flatMap(each => Object.values(each).map(path => path.slice(2)));

    assert.deepEqual(files.map(({ path }) => path).filter(path => !/^(README|LICENSE)/.test(path)).sort(), [...exported, 'package.json'].sort());
  });

  test('is found by its name', async () => {
    const { connect, KulkulError } = await import('@kulkul/client');
    const { channelStore } = await import('@kulkul/client/store');

    assert.equal(typeof connect, 'function');
    assert.equal(typeof channelStore, 'function');
    assert.ok(new KulkulError('x', 'y') instanceof Error);
  });
});

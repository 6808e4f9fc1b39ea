import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { FakeHub } from './fake-hub.js';

const ROOT = new URL('../../../', import.meta.url);
const TARGET = new URL('../target/docs/', import.meta.url);
const read = path => readFileSync(new URL(path, ROOT), 'utf8');

function blocks(page, language) {
  return [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, block]) => block);
}

/** What the code on the pages uses and does not explain. */
function surroundings(hub, shown) {
  Object.assign(globalThis, {
    WebSocket: hub.WebSocket,
    fetchToken: async () => hub.token('alice'),
    show: what => shown.push(what),
    loadThePresentState: () => {},
    sessionStorage: { getItem: () => null, setItem: () => {} },
    // As the hook gives it; it is run in a browser elsewhere.
    useChannel: () => ({}),
  });
}

/** The blocks of a page are one program, in their order. */
async function run(page) {
  const hub = new FakeHub();
  const shown = [];
  surroundings(hub, shown);
  const events = setInterval(() => {
    ['order_shipped', 'order_closed'].forEach(name => hub.publish('orders:42', name, { orderId: 'A-1' }));
  }, 5);
  mkdirSync(TARGET, { recursive: true });
  const program = new URL(`${page.replaceAll('/', '-')}.mjs`, TARGET);
  const code = blocks(page, 'js').join('\n').replace("import WebSocket from 'ws';", 'const { WebSocket } = globalThis;');
  const made = ['kulkul', 'program'].map(name => `typeof ${name} === 'undefined' ? undefined : ${name}`);
  writeFileSync(program, `${code}\nexport const made = [${made}];\n`);
  try {
    const { made } = await import(program);
    made.forEach(each => each?.close());
  } finally {
    clearInterval(events);
  }
  return { hub, shown };
}

suite('The pages', () => {
  test('the code of docs/client.md runs', async () => {
    const { hub, shown } = await run('docs/client.md');

    assert.ok(shown.includes('A-1'));
    assert.deepEqual(hub.received.filter(({ key }) => key === 'note-17').map(({ event, payload }) => [event, payload]),
      [['note', { text: 'call back' }]]);
    assert.ok(hub.received.some(({ type, channel }) => type === 'subscribe' && channel === 'repo:octo-org/*'));
  });

  test('the code of the package runs', async () => {
    const { hub } = await run('src/client/README.md');

    assert.ok(hub.received.some(({ type, event }) => type === 'publish' && event === 'note'));
  });

  test('the component of docs/client.md is the one of the example, which a browser runs', () => {
    assert.deepEqual(blocks('docs/client.md', 'jsx'), [read('docs/examples/react/Orders.jsx')]);
  });

  test('the code in TypeScript is compiled with the types', () => {
    blocks('docs/client.md', 'ts').forEach(block => assert.ok(read('src/client/test/types/docs.ts').includes(block)));
  });

  test('what the README names exists', async () => {
    const exported = new Set([...read('src/client/kulkul.d.ts'), ...read('src/client/react.d.ts')].join('').match(/\w+/g));

    assert.match(read('README.md'), /useChannel\(kulkul, 'orders:42'\)/);
    assert.ok(['publish', 'useChannel', 'connect', 'channel'].every(name => exported.has(name)));
  });

  test('every code of an error and every reason of a gap is explained', () => {
    const types = read('src/client/kulkul.d.ts');
    const page = read('docs/client.md') + read('docs/protocol.md');
    const [, codes] = types.match(/export type ErrorCode =([^]*?)\n\n/);
    const reasons = types.match(/readonly reason: ('slow'.*);/)[1];

    const all = [...`${codes} ${reasons}`.matchAll(/'(\w+)'/g)].map(([, code]) => code);
    assert.ok(all.length > 30);
    all.forEach(code => assert.ok(page.includes(`\`${code}\``), code));
  });

  test('every option is explained', () => {
    const [, options] = read('src/client/kulkul.d.ts').match(/export interface Options \{([^]*?)^\}/m);

    const names = [...options.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
    assert.deepEqual(names, ['token', 'queue', 'backoff', 'WebSocket']);
    names.forEach(name => assert.ok(read('docs/client.md').includes(`| \`${name}\` |`), name));
  });
});

/** Uses every part of the types as an application does, and does with them what they shall forbid. */
import { connect, KulkulError, type Channel, type Gap, type Kulkul, type Position, type Status } from '@kulkul/client';
import { channelStore } from '@kulkul/client/store';
import { useChannel } from '@kulkul/client/react';

interface OrderEvents {
  shipped: { id: string; express: boolean };
  paid: { id: string; cents: number };
}

const kulkul: Kulkul = connect('/ws', {
  token: async () => 'token',
  queue: 10,
  backoff: { first: 1000 },
});
connect(new URL('wss://hub.example.org/ws'));
connect('/ws', { WebSocket: globalThis.WebSocket, token: () => null });

function say(status: Status): string {
  switch (status.state) {
    case 'connecting':
      return `attempt ${status.attempt}`;
    case 'open':
      return status.user ?? 'nobody';
    case 'waiting':
      return `${status.reason.code} until ${status.until?.toFixed()}`;
    case 'closed':
      return status.reason.message;
  }
}

kulkul.on('state', (status, before) => say(status) === say(before));
kulkul.on('error', error => error.code === 'forbidden' && error.channel?.length);
const off: () => void = kulkul.on('gap', (gap: Gap) => gap.reason === 'slow');
off();

const orders: Channel<OrderEvents> = kulkul.channel<OrderEvents>('orders:42', {
  filter: { express: true, '/id': ['A', 'B'] },
  since: { seq: 1, epoch: 'e' },
});
orders.on('shipped', (payload, event) => {
  const express: boolean = payload.express;
  const seq: number | undefined = event.seq;
  return [express, seq];
});
orders.on('*', (payload, event) => {
  if (event.event === 'paid') {
    const cents: number = event.payload.cents;
    return cents;
  }
  return payload.id;
});
// @ts-expect-error: no event of this channel has that name
orders.on('returned', () => {});
// @ts-expect-error: that payload has no such member
orders.on('paid', payload => payload.express);
// @ts-expect-error: that is no such payload
void orders.publish('paid', { id: 'A' });
// @ts-expect-error: the state is one of four
orders.onState(state => state === 'open');
// @ts-expect-error: a token is a string
connect('/ws', { token: () => 7 });
// @ts-expect-error: the reason of a gap is one of five
kulkul.on('gap', gap => gap.reason === 'lost');

async function loop(): Promise<void> {
  for await (const event of orders) {
    if (event.event === 'shipped') {
      const express: boolean = event.payload.express;
      void express;
    }
  }
  for await (const event of kulkul.channel('anything').events({ buffer: 10, signal: AbortSignal.timeout(1) })) {
    event.payload.whatever.there.is;
  }
}

async function ask(): Promise<void> {
  const { seq, epoch, duplicate, key } = await orders.publish('paid', { id: 'A', cents: 7 }, { key: 'k', correlation: 'c' });
  const { events } = await orders.history({ since: { seq: 0 }, limit: 10, reverse: true });
  const first: string | undefined = events[0]?.payload.id;
  const position: Position | undefined = orders.position;
  void [seq, epoch, duplicate, key, first, position];
  try {
    await kulkul.channel('note').publish('note');
  } catch (error) {
    if (error instanceof KulkulError) {
      void [error.code, error.retry?.toFixed(), error.close, error.status];
    }
  }
}

const store = channelStore<OrderEvents>(kulkul, 'orders:42', { limit: 10, event: 'paid' });
store.subscribe(({ connection, state, last, events, gap }) => [connection.state, state, last?.payload.id, events.length, gap?.from]);

function Orders(): string {
  const { connection, last, events, publish } = useChannel<OrderEvents>(kulkul, 'orders:42', { limit: 5 });
  void publish('paid', { id: 'A', cents: 1 });
  return `${connection.state} ${last?.event} ${events.length}`;
}

kulkul.renew();
kulkul.reconnect();
kulkul.close();
void [loop, ask, Orders];

import { useChannel } from '@kulkul/client/react';

export function Orders({ kulkul, customer }) {
  const { connection, state, error, events, publish } = useChannel(kulkul, `orders:${customer}`, { limit: 50 });
  return (
    <section>
      <p>Connection: <output>{connection.state}</output>, subscription: <output>{error?.message ?? state}</output></p>
      <ol>{events.map(({ id, payload }) => <li key={id}>{payload.orderId}</li>)}</ol>
      <button onClick={() => publish('order_shipped', { orderId: `A-${Date.now()}` })}>Ship an order</button>
    </section>
  );
}

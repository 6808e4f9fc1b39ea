/** The code in TypeScript of docs/client.md, as it stands there. */
import { connect } from '@kulkul/client';

const kulkul = connect('/ws');

interface OrderEvents {
  shipped: { id: string; express: boolean };
  paid: { id: string; cents: number };
}
const orders = kulkul.channel<OrderEvents>('orders:42');
orders.on('shipped', payload => payload.express);

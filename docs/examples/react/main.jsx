import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from '@kulkul/client';
import { Orders } from './Orders.jsx';

// One connection for the whole page, made outside of any component.
// What stands behind # in the address is the token; an application asks its login for one.
const kulkul = connect('ws://localhost:9080/ws', { token: () => location.hash.slice(1) });

createRoot(document.querySelector('main')).render(
  <StrictMode>
    <Orders kulkul={kulkul} customer="42" />
  </StrictMode>,
);

package io.kulkul.core.docs;

import io.kulkul.api.PushTo;

@PushTo("orders:{customerId}")
public record OrderShipped(String customerId, String orderId) {}

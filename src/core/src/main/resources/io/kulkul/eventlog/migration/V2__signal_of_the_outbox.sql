-- PostgreSQL only: wakes the relays as soon as a row is committed.

CREATE FUNCTION kulkul_outbox_signal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY kulkul_outbox;
    RETURN NULL;
END
$$;

CREATE TRIGGER kulkul_outbox_signal AFTER INSERT ON kulkul_outbox
    FOR EACH STATEMENT EXECUTE FUNCTION kulkul_outbox_signal();

-- Rows that were set aside cost the relays nothing.
CREATE INDEX kulkul_outbox_waiting ON kulkul_outbox (id) WHERE error IS NULL;

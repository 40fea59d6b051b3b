package shoal.tracker;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import shoal.catalogue.CatalogueFormatException;
import shoal.catalogue.CatalogueJson;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameRecord;

/**
 * {@code /api/names}: the name records. The tracker keeps what publishers signed, as they signed it; it can keep one
 * back, but cannot make one. Any thread.
 */
final class NameRoutes {
    static final String PATH = "/api/names";

    private static final String TYPE = "application/x-bencode";
    private static final int MOST_KEYS = 16;
    private static final Pattern DIGITS = Pattern.compile("[0-9a-fA-F]{16,64}");

    private final CatalogueStore store;
    private final RegistrationQuota quota;

    NameRoutes(CatalogueStore store, RegistrationQuota quota) {
        this.store = store;
        this.quota = quota;
    }

    /** How many bytes of body such a request may bring. */
    int mostBody(RequestHead head) throws HttpFault {
        if (!head.method().equals("POST")) return 0;
        // this type no web page of another site can send here without asking first
        if (!head.contentType().equals(TYPE)) throw new HttpFault(415, "a name record is sent as " + TYPE);
        return NameRecord.MOST_BYTES;
    }

    /** The reply to a request for the path. */
    HttpReply reply(RequestHead head, byte[] body, InetAddress from) throws HttpFault, IOException {
        return switch (head.method()) {
            case "GET", "HEAD" -> find(new TextQuery(head.target(), head.queryStart()));
            case "POST" -> put(body, from);
            default -> throw new HttpFault(405, "only GET, HEAD and POST are known here");
        };
    }

    private HttpReply find(TextQuery query) throws HttpFault, IOException {
        String name = query.value("name").orElseThrow(() -> new HttpFault(400, "name is missing"));
        Optional<String> complaint = CatalogueName.complaint(name);
        if (complaint.isPresent()) throw new HttpFault(400, complaint.get());
        String digits = query.value("key").orElse("");
        if (!DIGITS.matcher(digits).matches()) {
            throw new HttpFault(400, "key is not 16 to 64 hexadecimal digits");
        }
        return CatalogueRoutes.json(
                CatalogueJson.records(store.records(new CatalogueName(name), digits, MOST_KEYS)));
    }

    private HttpReply put(byte[] body, InetAddress from) throws HttpFault, IOException {
        if (body.length == 0) throw new HttpFault(411, "a name record is expected here");
        if (!quota.take(from, body.length)) {
            throw new HttpFault(429, "too many records come from your address, try again later");
        }
        NameRecord record;
        try {
            record = NameRecord.read(body);
        } catch (CatalogueFormatException e) {
            throw new HttpFault(422, String.valueOf(e.getMessage()));
        }
        if (!record.isGenuine()) throw new HttpFault(422, "the record is not signed by its key");
        NameRecordTable.Fate fate = store.put(record);
        int status = switch (fate) {
            case NEW, NEWER -> 201;
            case KNOWN -> 200;
            case OLD -> throw new HttpFault(409, "a record with this number or a higher one is here");
            case NO_SHARE -> throw new HttpFault(422, "the share of the record is not registered");
            case OTHER_NAME -> throw new HttpFault(422, "the share of the record has another name");
            case FULL -> throw new HttpFault(503, "the catalogue is full");
        };
        byte[] json = CatalogueJson.records(List.of(record));
        return new HttpReply(status, HttpReply.JSON, "", json);
    }
}

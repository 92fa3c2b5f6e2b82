package dev.penstock.engine.tensor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Walks over the fields of one protobuf message. */
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer buffer;
    private int tag;

    ProtobufReader(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** Moves to the next field; false at the end. A field that was not read must be skipped first. */
    boolean next() {
        if (!buffer.hasRemaining()) {
            return false;
        }
        tag = (int) varint();
        return true;
    }

    int field() {
        return tag >>> 3;
    }

    boolean isBytes() {
        return (tag & 7) == BYTES;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = buffer.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a varint of more than 10 bytes");
    }

    /** The bytes of this field, as a view. */
    ByteBuffer bytes() {
        long length = varint();
        if (!isBytes() || length < 0 || length > buffer.remaining()) {
            throw new IllegalArgumentException("field " + field() + ": " + length + " bytes of " + buffer.remaining());
        }
        ByteBuffer view = buffer.slice(buffer.position(), (int) length);
        buffer.position(buffer.position() + (int) length);
        return view;
    }

    String string() {
        return StandardCharsets.UTF_8.decode(bytes()).toString();
    }

    ProtobufReader message() {
        return new ProtobufReader(bytes());
    }

    void skip() {
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> buffer.position(buffer.position() + 8);
            case BYTES -> bytes();
            case FIXED32 -> buffer.position(buffer.position() + 4);
            default -> throw new IllegalArgumentException("wire type " + (tag & 7));
        }
    }
}

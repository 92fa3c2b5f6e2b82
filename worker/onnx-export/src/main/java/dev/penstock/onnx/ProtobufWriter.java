package dev.penstock.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protocol buffer fields into a growing array.
 *
 * <p>ONNX needs four of the wire types and no reading, which is less code than generated classes would be.
 */
final class ProtobufWriter {

    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private byte[] bytes = new byte[256];
    private int size;

    ProtobufWriter integer(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    ProtobufWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtobufWriter real(int field, float value) {
        tag(field, FIXED_32);
        room(Float.BYTES);
        ByteBuffer.wrap(bytes, size, Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
        size += Float.BYTES;
        return this;
    }

    ProtobufWriter message(int field, ProtobufWriter message) {
        return bytes(field, message.bytes, message.size);
    }

    ProtobufWriter bytes(int field, byte[] value) {
        return bytes(field, value, value.length);
    }

    private ProtobufWriter bytes(int field, byte[] value, int length) {
        tag(field, LENGTH_DELIMITED);
        varint(length);
        room(length);
        System.arraycopy(value, 0, bytes, size, length);
        size += length;
        return this;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void tag(int field, int wireType) {
        varint(((long) field << 3) | wireType);
    }

    private void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void room(int count) {
        if (size + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, count), bytes.length * 2));
        }
    }
}

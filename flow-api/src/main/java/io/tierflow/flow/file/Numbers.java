package io.tierflow.flow.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/** Numbers in the one form in which Jackson reads them from JSON, so that equal means equal. */
final class Numbers {

  /** Converting digits is quadratic: longer numbers than this are refused. */
  private static final int MAX_DIGITS = 1000;

  private Numbers() {}

  /** Nothing when JSON has no such number: infinite, not a number, or absurdly long. */
  static Optional<JsonNode> parse(String text) {
    if (text.length() > MAX_DIGITS) {
      return Optional.empty();
    }
    try {
      String lower = text.toLowerCase(Locale.ROOT);
      if (lower.startsWith("0o")) {
        return Optional.of(whole(new BigInteger(text.substring(2), 8)));
      }
      if (lower.startsWith("0x")) {
        return Optional.of(whole(new BigInteger(text.substring(2), 16)));
      }
      if (text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-' || c == '+')) {
        return Optional.of(whole(new BigInteger(text)));
      }
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? Optional.of(DoubleNode.valueOf(value)) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty(); // .inf and .nan
    }
  }

  private static JsonNode whole(BigInteger value) {
    if (value.bitLength() < Integer.SIZE) {
      return IntNode.valueOf(value.intValue());
    }
    return value.bitLength() < Long.SIZE
        ? LongNode.valueOf(value.longValue())
        : BigIntegerNode.valueOf(value);
  }
}

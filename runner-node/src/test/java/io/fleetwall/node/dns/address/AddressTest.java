package io.fleetwall.node.dns.address;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressTest {
    @ParameterizedTest(name = "{0} is judged as {1}")
    @CsvSource({
        "c0000201, ::ffff:192.0.2.1",
        "00000000000000000000ffffc0000201, ::ffff:192.0.2.1",
        "0064ff9b0000000000000000c0000201, ::ffff:192.0.2.1",
        "2002c000020100000000000000000001, ::ffff:192.0.2.1",
        "20010000cb00710100000000" + "3ffffdfe, ::ffff:192.0.2.1",
        "000000000000000000000000c0000201, ::ffff:192.0.2.1",
        "00000000000000000000000000000001, ::1",
        "00000000000000000000000000000000, ::",
        "20010db8000000000000000000000001, 2001:db8::1",
        "0064ff9b0001000000000000c0000201, 64:ff9b:1::c000:201",
    })
    void every_form_of_an_address_is_judged_as_one(String from, String canonical) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(from);
        assertEquals(
                HexFormat.of().formatHex(sixteen(canonical)),
                HexFormat.of().formatHex(CanonicalAddress.of(bytes, 0, bytes.length)));
    }

    @ParameterizedTest(name = "{0} inside: {1}")
    @CsvSource({
        "10.0.0.1, true",
        "9.255.255.255, false",
        "11.0.0.0, false",
        "127.0.0.1, true",
        "128.0.0.1, false",
        "0.0.0.0, true",
        "169.254.169.254, true",
        "169.255.0.1, false",
        "172.16.0.1, true",
        "172.31.255.255, true",
        "172.32.0.1, false",
        "172.15.255.255, false",
        "192.168.1.1, true",
        "192.169.0.1, false",
        "192.0.0.1, true",
        "192.0.2.1, false",
        "100.64.0.1, true",
        "100.127.255.255, true",
        "100.128.0.1, false",
        "168.63.129.16, true",
        "168.63.129.17, false",
        "224.0.0.1, true",
        "255.255.255.255, true",
        "223.255.255.255, false",
        "::, true",
        "::1, true",
        "fe80::1, true",
        "fec0::1, true",
        "fc00::1, true",
        "fdff::1, true",
        "ff02::1, true",
        "fe00::1, false",
        "2001:db8::1, false",
        "64:ff9b:1::1, true",
    })
    void addresses_that_point_inside_are_known(String address, boolean inside) throws Exception {
        assertEquals(inside, InsideAddress.holds(sixteen(address)));
    }

    private static byte[] sixteen(String text) throws Exception {
        byte[] bytes = InetAddress.getByName(text).getAddress();
        return CanonicalAddress.of(bytes, 0, bytes.length);
    }
}

package io.fleetwall.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.fleetwall.policy.compiled.PortProgram;
import io.fleetwall.policy.verdict.Reason;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Java's idea of the shared structures and numbers against the BTF of the object in the jar. */
class LayoutTest {
    private static final Pattern STRUCT =
            Pattern.compile("\\[\\d+] STRUCT '(\\w+)' size=(\\d+) vlen=\\d+((?:\\n\\t.*)*)");
    private static final Pattern MEMBER =
            Pattern.compile("'(\\w+)' type_id=\\d+ bits_offset=(\\d+)");
    private static final Pattern ENUM = Pattern.compile("\\[\\d+] ENUM '(\\w+)' .*((?:\\n\\t.*)*)");
    private static final Pattern VALUE = Pattern.compile("'(\\w+)' val=(\\d+)");

    private static final String BTF =
            Shell.run("bpftool btf dump file target/classes" + KernelObject.RESOURCE);
    private static final String PROCESS_BTF =
            Shell.run("bpftool btf dump file target/classes" + Processes.RESOURCE);

    @Test
    void eachStructureHasTheSameSizeAndMembers() {
        Map<String, String> inObject = structs(BTF);
        for (StructLayout layout : Layouts.ALL) {
            String name = layout.name().orElseThrow();
            assertEquals(inObject.get(name), describe(layout), name);
        }
        String process = structs(PROCESS_BTF).get("fw_process");
        assertEquals(process, describe(ProcessLayout.PROCESS));
    }

    private static Map<String, String> structs(String btf) {
        Map<String, String> inObject = new TreeMap<>();
        Matcher structs = STRUCT.matcher(btf);
        while (structs.find()) {
            StringBuilder text = new StringBuilder("size " + structs.group(2));
            Matcher members = MEMBER.matcher(structs.group(3));
            while (members.find()) {
                text.append(", ").append(members.group(1));
                text.append(" at ").append(Integer.parseInt(members.group(2)) / 8);
            }
            inObject.put(structs.group(1), text.toString());
        }
        return inObject;
    }

    private static String describe(StructLayout layout) {
        StringBuilder text = new StringBuilder("size " + layout.byteSize());
        for (MemoryLayout member : layout.memberLayouts()) {
            String name = member.name().orElseThrow();
            text.append(", ").append(name).append(" at ").append(Layouts.offset(layout, name));
        }
        return text.toString();
    }

    @Test
    void eachReasonHasTheSameNumberOnBothSides() {
        Map<String, Integer> expected = new TreeMap<>();
        for (Reason reason : Reason.values()) {
            expected.put("FW_" + reason.name(), reason.number());
        }
        assertEquals(expected, values("fw_reason"));
    }

    @Test
    void eachFaultHasTheSameNumberOnBothSides() {
        Map<String, Integer> expected = new TreeMap<>();
        for (Fault fault : Fault.values()) {
            expected.put("FW_FAULT_" + fault.name(), fault.number());
        }
        Map<String, Integer> inObject = values("fw_fault");
        assertNotNull(inObject.remove("FW_FAULTS"), "the size of the map");
        assertEquals(expected, inObject);
    }

    private static Map<String, Integer> values(String name) {
        Matcher enums = ENUM.matcher(BTF);
        while (enums.find()) {
            if (enums.group(1).equals(name)) {
                Map<String, Integer> values = new TreeMap<>();
                Matcher value = VALUE.matcher(enums.group(2));
                while (value.find()) {
                    values.put(
                            value.group(1).toUpperCase(Locale.ROOT),
                            Integer.valueOf(value.group(2)));
                }
                return values;
            }
        }
        throw new AssertionError("no enum " + name + " in the object");
    }

    @Test
    void aPortProgramHasTheStepsOfTheCompiler() {
        assertEquals(
                8 + 8L * PortProgram.MAX_STEPS,
                Layouts.PROGRAM.byteSize(),
                "starts and outcomes of MAX_STEPS steps");
    }
}

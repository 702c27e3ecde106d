"""Project → CheckedProject: governance rules as data, judged with CEL, enforced by bindings, passed by waivers."""

"""Public X-ray sets in the layouts in which they are published. Nothing of them is shipped: only how to read them."""

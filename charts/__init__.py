"""A result goes in; an interactive or a publication figure comes out. No arithmetic, no Streamlit."""

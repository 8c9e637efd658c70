"""Names of treatments of cancers and liver disease that may head a column of yes and no, in English, Korean and Japanese."""

DRUG_WORDS = {
    *("len", "lenva", "lenvatinib", "sor", "sora", "sorafenib", "rego", "regorafenib", "cabo", "cabozantinib"),
    *("ram", "ramucirumab", "atezo", "atezolizumab", "bev", "beva", "bevacizumab", "atezobev", "atezobeva", "durva"),
    *("durvalumab", "treme", "tremelimumab", "nivo", "nivolumab", "pembro", "pembrolizumab", "ipi", "ipilimumab"),
    *("camrelizumab", "apatinib", "rivoceranib", "tislelizumab", "donafenib", "sintilimab", "folfox", "folfiri"),
    *(
        "folfirinox",
        "capox",
        "xelox",
        "gemcis",
        "gemcitabine",
        "cisplatin",
        "carboplatin",
        "oxaliplatin",
        "fluorouracil",
    ),
    *("capecitabine", "paclitaxel", "docetaxel", "irinotecan", "pemetrexed", "doxorubicin", "trastuzumab", "cetuximab"),
    *("panitumumab", "erlotinib", "gefitinib", "osimertinib", "tamoxifen", "letrozole", "hormon"),
    *("entecavir", "etv", "tenofovir", "tdf", "taf", "lamivudine", "interferon"),
    *("chemo", "chemotherapy", "immunotherapy", "ici", "tki", "radiotherapy", "radiation", "rt", "crt", "ccrt", "sbrt"),
    *("tace", "dctace", "debtace", "ctace", "taei", "tare", "sirt", "haic", "rfa", "mwa", "pei", "ablation"),
    *("resection", "hepatectomy", "surgery", "transplant", "transplantation", "ldlt", "tips"),
    *("렌바티닙", "렌비마", "소라페닙", "넥사바", "레고라페닙", "카보잔티닙", "아테졸리주맙", "베바시주맙", "더발루맙"),
    *("트레멜리무맙", "니볼루맙", "펨브롤리주맙", "이필리무맙", "젬시타빈", "시스플라틴", "엔테카비르", "테노포비르"),
    *("항암치료", "항암", "면역치료", "방사선치료", "방사선", "색전술", "간동맥화학색전술", "고주파열치료", "절제술"),
    *("간절제술", "간절제", "간이식", "수술"),
    *("レンバチニブ", "レンビマ", "ソラフェニブ", "ネクサバール", "レゴラフェニブ", "カボザンチニブ", "アテゾリズマブ"),
    *(
        "ベバシズマブ",
        "デュルバルマブ",
        "トレメリムマブ",
        "ニボルマブ",
        "ペムブロリズマブ",
        "イピリムマブ",
        "ゲムシタビン",
    ),
    *("シスプラチン", "エンテカビル", "テノホビル", "化学療法", "免疫療法", "放射線治療", "放射線療法", "塞栓術"),
    *("肝動脈化学塞栓術", "ラジオ波", "焼灼", "切除", "肝切除", "肝移植", "手術"),
}
"""Whole words of a column's name; short ones stand for a drug only where the column holds yes and no."""

GIVEN_WORDS = {
    *(
        "yn",
        "use",
        "used",
        "given",
        "received",
        "flag",
        "and",
        "plus",
        "therapy",
        "여부",
        "유무",
        "투여",
        "시행",
        "사용",
    ),
    *("有無", "投与", "施行", "使用"),
}
"""What may stand beside such a name."""

"""Abbreviations used in document numbers (Decree 30/2020/NĐ-CP, Annex III; older ones as printed)."""

from __future__ import annotations

#: Folded code → how it is written. "l" alone is left out: nobody types it for a law.
TYPES: dict[str, str] = {
    "nd": "NĐ",
    "tt": "TT",
    "ttlt": "TTLT",
    "ttlb": "TTLB",
    "ttln": "TTLN",
    "qd": "QĐ",
    "nq": "NQ",
    "nqlt": "NQLT",
    "ct": "CT",
    "pl": "PL",
    "vbhn": "VBHN",
    "sl": "SL",
    "lct": "LCT",
    "l": "L",
    "tb": "TB",
    "kl": "KL",
    "hd": "HD",
    "kh": "KH",
}
#: Folded name of a type → its folded code, the longest name first.
TYPE_NAMES: dict[str, str] = {
    "thong tu lien tich": "ttlt",
    "nghi quyet lien tich": "nqlt",
    "van ban hop nhat": "vbhn",
    "thong tu": "tt",
    "nghi dinh": "nd",
    "quyet dinh": "qd",
    "nghi quyet": "nq",
    "chi thi": "ct",
    "phap lenh": "pl",
    "sac lenh": "sl",
    "bo luat": "luat",
}
_AGENCY_CODES = (
    "CP TTg QH UBTVQH TW CTN UBND UB HĐND HĐTP HĐBT HĐNN TTCP VPCP VPQH VPCTN KTNN TANDTC VKSNDTC VKSTC NHNN "
    "NHNNVN BTC BCT BYT BXD BTP BNV BNG BCA BQP BKHĐT BKHCN BKHCNMT BGDĐT BGTVT BTTTT BTNMT BNNPTNT BNN "
    "BVHTTDL BVHTT BLĐTBXH BBCVT BTM BCN BTS BKH BGD BNNMT BDTTG UBDT UBTDTT TCHQ TCT TCTK TCĐC TCCP BTCCBCP "
    "BHXH MTTW UBTƯMTTQVN HCCBVN CCBVN TLĐ BXDGT MẪU"
)
#: Folded code of an agency → how it is written.
AGENCIES: dict[str, str] = {}
for _code in _AGENCY_CODES.split():
    AGENCIES[_code.lower().translate(str.maketrans("đưẫ", "dua"))] = _code
AGENCIES |= {"bgd&dt": "BGD&ĐT", "bnn&ptnt": "BNN&PTNT"}
#: Folded name of an agency → its folded code, for "thông tư 02/2017 của bộ tài chính".
AGENCY_NAMES: dict[str, str] = {
    "chinh phu": "cp",
    "thu tuong": "ttg",
    "quoc hoi": "qh",
    "bo tai chinh": "btc",
    "bo cong thuong": "bct",
    "bo y te": "byt",
    "bo xay dung": "bxd",
    "bo tu phap": "btp",
    "bo noi vu": "bnv",
    "bo ngoai giao": "bng",
    "bo cong an": "bca",
    "bo quoc phong": "bqp",
    "bo ke hoach va dau tu": "bkhdt",
    "bo khoa hoc va cong nghe": "bkhcn",
    "bo giao duc va dao tao": "bgddt",
    "bo giao thong van tai": "bgtvt",
    "bo thong tin va truyen thong": "btttt",
    "bo tai nguyen va moi truong": "btnmt",
    "bo nong nghiep va phat trien nong thon": "bnnptnt",
    "bo van hoa the thao va du lich": "bvhttdl",
    "ngan hang nha nuoc": "nhnn",
}

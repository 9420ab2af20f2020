//! The core: the one typed, desugared form of a project that the evaluator, the analyses and every target share.
//!
//! Nothing here knows how anything was written. Names are ids, sugar is gone, every expression has a type and a span for messages.
//! What each form means is written in [`expr`], beside the form.

pub mod cluster;
mod display;
pub mod expr;
mod json;
pub mod objects;
mod origin;
pub mod policy;
pub mod schema;
pub mod types;
mod walk;

pub use cluster::ClusterVersion;
pub use expr::{Block, Comparison, Expr, ExprKind, Local, LocalId, Message, Part, Stmt, StmtKind};
pub use policy::{Accepted, Instance, Policy, Test, Waiver};
pub use schema::{
    About, Asset, Catalog, Computed, Control, Enum, Evidence, Field, Origin, Place, Record, Role, Shape, Signer,
};
pub use types::{AssetId, CatalogId, Const, Counted, EnumId, RecordId, RoleId, SignerId, Type};

/// Everything a project declares, checked. Ids are indices into these lists; they are given in the order of the modules and of their text.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Enums, the built-in ones first.
    pub enums: Vec<Enum>,
    /// `type`, `asset`, `subject`, `evidence` and `metric` declarations.
    pub records: Vec<Record>,
    /// The platform of each asset kind that says one: which entries of catalogs apply to its systems.
    pub platforms: std::collections::BTreeMap<RecordId, smol_str::SmolStr>,
    /// Catalogs of threats.
    pub catalogs: Vec<Catalog>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Signers.
    pub signers: Vec<Signer>,
    /// Declared systems and their assets; a system stands before its assets.
    pub assets: Vec<Asset>,
    /// Controls.
    pub controls: Vec<Control>,
    /// Policies with their control instances.
    pub policies: Vec<Policy>,
    /// Tests in the language.
    pub tests: Vec<Test>,
    /// The oldest version of the clusters that it emits for.
    pub cluster: ClusterVersion,
}

macro_rules! lookup {
    ($($name:ident: $id:ty => $list:ident: $item:ty, $what:literal;)*) => {
        impl Project {
            $(
                #[doc = concat!("The ", $what, " of an id of this project.")]
                pub fn $name(&self, id: $id) -> &$item {
                    &self.$list[id.index()]
                }
            )*
        }
    };
}

lookup! {
    enumeration: EnumId => enums: Enum, "enum";
    record: RecordId => records: Record, "record";
    catalog: CatalogId => catalogs: Catalog, "catalog";
    role: RoleId => roles: Role, "role";
    signer: SignerId => signers: Signer, "signer";
    asset: AssetId => assets: Asset, "asset";
}
